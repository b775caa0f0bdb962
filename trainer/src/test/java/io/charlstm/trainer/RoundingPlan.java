package io.charlstm.trainer;

import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.WindowPlan;
import java.lang.foreign.MemorySegment;

/** A plan whose carried state is in single precision after each window of training. */
final class RoundingPlan implements WindowPlan {
  private final WindowPlan real;
  private final float[] h;
  private final float[] c;

  RoundingPlan(WindowPlan real, NetworkConfig network) {
    this.real = real;
    h = new float[network.numLayers() * real.batchSize() * network.hiddenSize()];
    c = new float[h.length];
  }

  @Override
  public void forwardBackward(
      MemorySegment inputs, MemorySegment targets, int steps, TrainingPass pass) {
    real.forwardBackward(inputs, targets, steps, pass);
    real.readState(h, c);
    real.writeState(h, c);
  }

  @Override
  public int sequenceLength() {
    return real.sequenceLength();
  }

  @Override
  public int batchSize() {
    return real.batchSize();
  }

  @Override
  public long memoryBytes() {
    return real.memoryBytes();
  }

  @Override
  public void resetState() {
    real.resetState();
  }

  @Override
  public void readState(float[] hidden, float[] cell) {
    real.readState(hidden, cell);
  }

  @Override
  public void writeState(float[] hidden, float[] cell) {
    real.writeState(hidden, cell);
  }

  @Override
  public void forward(MemorySegment inputs, MemorySegment targets, int steps) {
    real.forward(inputs, targets, steps);
  }

  @Override
  public LossSum readLoss() {
    return real.readLoss();
  }

  @Override
  public void readLogits(float[] destination) {
    real.readLogits(destination);
  }

  @Override
  public void readTokenLosses(float[] destination) {
    real.readTokenLosses(destination);
  }

  @Override
  public void close() {
    real.close();
  }
}

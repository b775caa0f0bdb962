package io.charlstm.trainer;

import io.charlstm.data.LaneBatches;
import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One optimizer update after another: for each of its windows fill, forward, backward; then clip
 * and update. Which windows belong to step s follows from s alone (windows s*k to s*k+k-1 of an
 * endless repetition of the training part, k the gradient accumulation), as do the dropout masks,
 * so a run can go on at any step. h and c are carried and start from zero in each epoch.
 */
final class StepRunner implements AutoCloseable {
  private final Network network;
  private final LaneBatches batches;
  private final WindowPlan plan;
  private final Updater updater;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment inputs;
  private final MemorySegment targets;
  private final int accumulation;
  private final double gradientScale;
  private final double clipNorm;
  private final double clipValue;
  private final long dropoutSeed;
  private boolean closed;

  StepRunner(Network network, LaneBatches batches, RunConfig config) {
    this.network = network;
    this.batches = batches;
    long elements = (long) batches.sequenceLength() * batches.batchSize();
    inputs = arena.allocate(ValueLayout.JAVA_INT, elements);
    targets = arena.allocate(ValueLayout.JAVA_INT, elements);
    accumulation = config.gradientAccumulation();
    gradientScale = 1.0 / (elements * (double) accumulation);
    clipNorm = config.clipNorm();
    clipValue = config.clipValue();
    dropoutSeed = config.seed();
    WindowPlan made = network.createTrainingPlan(batches.sequenceLength(), batches.batchSize());
    try {
      updater = network.createUpdater(config.optimizer());
    } catch (RuntimeException | Error e) {
      Closing.after(e, made, arena);
      throw e;
    }
    plan = made;
  }

  /**
   * Makes a step and adds its loss to the state, if all is finite.
   *
   * @return whether loss and gradients were finite; if not, the weights are as they were and the
   *     lanes start again from zero state
   */
  boolean run(TrainingState state, double learningRate) {
    double nats = 0;
    long count = 0;
    for (int i = 0; i < accumulation; i++) {
      window(state.step * accumulation + i, i > 0);
      LossSum loss = plan.readLoss();
      nats += loss.nats();
      count += loss.count();
    }
    boolean finite = Double.isFinite(nats) && update(learningRate);
    state.step++;
    if (finite) {
      state.gradientNorm = updater.readGradientNorm();
      state.add(nats, count);
    } else {
      plan.resetState();
    }
    return finite;
  }

  private void window(long index, boolean accumulate) {
    long inEpoch = index % batches.windows();
    if (inEpoch == 0) {
      plan.resetState();
    }
    batches.fill(inEpoch, inputs, targets);
    plan.forwardBackward(
        inputs,
        targets,
        batches.sequenceLength(),
        new TrainingPass(gradientScale, accumulate, dropoutSeed, index));
  }

  private boolean update(double learningRate) {
    long before = updater.step();
    updater.update(learningRate, clipNorm, clipValue);
    return updater.step() > before;
  }

  /** Passes over the training part that a number of steps amounts to. */
  double epochs(long steps) {
    return (double) steps * accumulation / batches.windows();
  }

  /** Characters trained on in a step. */
  long charactersPerStep() {
    return (long) batches.sequenceLength() * batches.batchSize() * accumulation;
  }

  double stepsPerEpoch() {
    return (double) batches.windows() / accumulation;
  }

  long updates() {
    return updater.step();
  }

  Checkpoint checkpoint() {
    return new Checkpoint(network, updater, plan);
  }

  /** Weights, gradients, moments and the window's buffers, in bytes. */
  long memoryBytes() {
    long blocks = 2L + updater.momentNames().size();
    return blocks * 4 * network.config().parameterCount()
        + plan.memoryBytes()
        + inputs.byteSize()
        + targets.byteSize();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Closing.all(updater, plan, arena);
    }
  }
}

package io.charlstm.runtime.reference;

import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.WindowPlan;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Windows in double precision: input, layers, output, and the same backwards. */
public final class ReferenceWindowPlan implements WindowPlan {
  private final ReferenceNetwork network;
  private final NetworkConfig config;
  private final int sequenceLength;
  private final int batchSize;
  private final boolean training;
  private final ReferenceInput input;
  private final ReferenceOutput output;
  private final ReferenceLstmLayer[] layers;
  private final LayerTensors[] layerGradients;
  private final ReferenceDropout[] dropouts;

  /** One a layer; null where no weights are dropped. */
  private final ReferenceWeightDropout[] weightDropouts;

  /** What layer l reads (T,B,I) after dropout; entry L is what the output projection reads. */
  private final double[][] values;

  /** Gradients of {@link #values}. */
  private final double[][] valueGradients;

  private final double[] logits;
  private final double[] tokenLosses;
  private double lossNats;
  private long lossCount;

  ReferenceWindowPlan(
      ReferenceNetwork network, int sequenceLength, int batchSize, boolean training) {
    if (sequenceLength < 1 || batchSize < 1) {
      throw new IllegalArgumentException(
          "a window needs at least one step and one lane: " + sequenceLength + ", " + batchSize);
    }
    this.network = network;
    this.config = network.config();
    this.sequenceLength = sequenceLength;
    this.batchSize = batchSize;
    this.training = training;
    input = new ReferenceInput(config, network.parameters());
    output = new ReferenceOutput(config, network.parameters());
    int depth = config.numLayers();
    int rows = Math.multiplyExact(sequenceLength, batchSize);
    layers = new ReferenceLstmLayer[depth];
    layerGradients = new LayerTensors[depth];
    weightDropouts = new ReferenceWeightDropout[depth];
    values = new double[depth + 1][];
    valueGradients = new double[depth + 1][];
    for (int l = 0; l <= depth; l++) {
      int width = config.inputSize(l);
      values[l] = new double[Math.multiplyExact(rows, width)];
      valueGradients[l] = new double[training ? values[l].length : 0];
      if (l < depth) {
        var shape =
            new ReferenceLstmLayer.Shape(sequenceLength, batchSize, width, config.hiddenSize());
        layers[l] = new ReferenceLstmLayer(network.parameters(), l, shape);
        layerGradients[l] = layerGradients(l);
      }
    }
    dropouts = dropouts(config);
    logits = new double[Math.multiplyExact(rows, config.vocabularySize())];
    tokenLosses = new double[rows];
  }

  private LayerTensors layerGradients(int layer) {
    if (!training || !config.dropsWeights()) {
      return new LayerTensors(network.gradients(), layer);
    }
    weightDropouts[layer] =
        new ReferenceWeightDropout(layer, config.weightDropout(), config.hiddenSize());
    return new LayerTensors(network.gradients(), layer, weightDropouts[layer].gradient);
  }

  private static ReferenceDropout[] dropouts(NetworkConfig config) {
    int depth = config.numLayers();
    ReferenceDropout[] dropouts = new ReferenceDropout[depth + 1];
    dropouts[0] = new ReferenceDropout(0, config.inputDropout(), config.sharesMasks());
    for (int l = 0; l < depth; l++) {
      double probability = l < depth - 1 ? config.dropout() : config.outputDropout();
      dropouts[1 + l] = new ReferenceDropout(1 + l, probability, config.sharesMasks());
    }
    return dropouts;
  }

  @Override
  public int sequenceLength() {
    return sequenceLength;
  }

  @Override
  public int batchSize() {
    return batchSize;
  }

  @Override
  public long memoryBytes() {
    long count = (long) logits.length + tokenLosses.length;
    for (ReferenceLstmLayer layer : layers) {
      count += layer.size();
    }
    for (ReferenceWeightDropout dropout : weightDropouts) {
      count += dropout == null ? 0 : dropout.dropped.length + dropout.gradient.length;
    }
    for (int l = 0; l < values.length; l++) {
      count += (long) values[l].length + valueGradients[l].length;
    }
    return count * Double.BYTES;
  }

  @Override
  public void resetState() {
    for (ReferenceLstmLayer layer : layers) {
      int lanes = batchSize * config.hiddenSize();
      Arrays.fill(layer.hidden, 0, lanes, 0);
      Arrays.fill(layer.cell, 0, lanes, 0);
    }
  }

  @Override
  public void readState(float[] h, float[] c) {
    int lanes = batchSize * config.hiddenSize();
    for (int l = 0; l < layers.length; l++) {
      for (int i = 0; i < lanes; i++) {
        h[l * lanes + i] = (float) layers[l].hidden[i];
        c[l * lanes + i] = (float) layers[l].cell[i];
      }
    }
  }

  @Override
  public void writeState(float[] h, float[] c) {
    int lanes = batchSize * config.hiddenSize();
    for (int l = 0; l < layers.length; l++) {
      for (int i = 0; i < lanes; i++) {
        layers[l].hidden[i] = h[l * lanes + i];
        layers[l].cell[i] = c[l * lanes + i];
      }
    }
  }

  @Override
  public void forward(MemorySegment inputs, MemorySegment targets, int steps) {
    requireSteps(steps);
    runForward(inputs, targets, steps, null);
    for (ReferenceLstmLayer layer : layers) {
      layer.carry(steps);
    }
  }

  @Override
  public void forwardBackward(
      MemorySegment inputs, MemorySegment targets, int steps, TrainingPass pass) {
    if (!training) {
      throw new IllegalStateException("this plan can only evaluate");
    }
    requireSteps(steps);
    runForward(inputs, targets, steps, pass);
    if (!pass.accumulate()) {
      network.gradients().clear();
    }
    runBackward(inputs, targets, steps, pass);
    for (ReferenceLstmLayer layer : layers) {
      layer.carry(steps);
    }
  }

  private void runForward(
      MemorySegment inputs, MemorySegment targets, int steps, TrainingPass pass) {
    int rows = steps * batchSize;
    for (int row = 0; row < rows; row++) {
      input.forward(token(inputs, row), values[0], row);
    }
    applyDropout(0, values[0], rows, pass);
    for (int l = 0; l < layers.length; l++) {
      layers[l].useRecurrentWeights(recurrentWeights(l, pass));
      layers[l].forward(values[l], steps);
      layers[l].copyOutput(values[l + 1], steps);
      applyDropout(l + 1, values[l + 1], rows, pass);
    }
    for (int row = 0; row < rows; row++) {
      int target = token(targets, row);
      output.forward(values[layers.length], logits, row);
      tokenLosses[row] = output.loss(logits, row, target);
      lossNats += tokenLosses[row];
      lossCount += target == IGNORE ? 0 : 1;
    }
  }

  private double[] recurrentWeights(int layer, TrainingPass pass) {
    ReferenceWeightDropout dropout = weightDropouts[layer];
    if (pass == null || dropout == null) {
      return null;
    }
    dropout.draw(network.parameters().tensor("lstm.weight_hh_l" + layer), pass);
    return dropout.dropped;
  }

  private void runBackward(
      MemorySegment inputs, MemorySegment targets, int steps, TrainingPass pass) {
    int rows = steps * batchSize;
    int depth = layers.length;
    for (int row = 0; row < rows; row++) {
      output.backward(
          values[depth],
          logits,
          row,
          token(targets, row),
          pass.gradientScale(),
          valueGradients[depth],
          network.gradients());
    }
    for (int l = depth - 1; l >= 0; l--) {
      applyDropout(l + 1, valueGradients[l + 1], rows, pass);
      layers[l].backward(
          values[l], valueGradients[l + 1], steps, valueGradients[l], layerGradients[l]);
      if (weightDropouts[l] != null) {
        weightDropouts[l].addGradient(network.gradients().tensor("lstm.weight_hh_l" + l), pass);
      }
    }
    applyDropout(0, valueGradients[0], rows, pass);
    if (!config.oneHot()) {
      double[] embeddingGradient = network.gradients().tensor("embedding.weight");
      for (int row = 0; row < rows; row++) {
        input.backward(token(inputs, row), valueGradients[0], row, embeddingGradient);
      }
    }
  }

  private void applyDropout(int site, double[] tensor, int rows, TrainingPass pass) {
    if (pass != null) {
      int length = rows * config.inputSize(site);
      int stepLength = batchSize * config.inputSize(site);
      dropouts[site].apply(tensor, length, stepLength, pass.dropoutSeed(), pass.dropoutStep());
    }
  }

  private static int token(MemorySegment tokens, int row) {
    return tokens.getAtIndex(ValueLayout.JAVA_INT, row);
  }

  private void requireSteps(int steps) {
    if (steps < 1 || steps > sequenceLength) {
      throw new IllegalArgumentException(
          "steps must be from 1 to " + sequenceLength + ": " + steps);
    }
  }

  @Override
  public LossSum readLoss() {
    LossSum sum = new LossSum(lossNats, lossCount);
    lossNats = 0;
    lossCount = 0;
    return sum;
  }

  @Override
  public void readLogits(float[] destination) {
    copyRounded(logits, destination);
  }

  @Override
  public void readTokenLosses(float[] destination) {
    copyRounded(tokenLosses, destination);
  }

  /** Logits of the last window in full precision (T*B,V); rows behind its steps are stale. */
  public double[] readLogitsDouble() {
    return logits.clone();
  }

  private static void copyRounded(double[] source, float[] destination) {
    int length = Math.min(source.length, destination.length);
    for (int i = 0; i < length; i++) {
      destination[i] = (float) source[i];
    }
  }

  @Override
  public void close() {}
}

package io.charlstm.runtime.onednn;

/**
 * Absolute addresses of one block in {@link OneDnnWeightLayout}: of the parameters, or of the
 * gradients.
 */
final class ParameterAddresses {
  final long embedding;
  final long[] inputWeights;
  final long[] recurrentWeights;
  final long[] inputBias;
  final long[] recurrentBias;
  final long outputWeights;
  final long outputBias;

  ParameterAddresses(OneDnnWeightLayout layout, long block) {
    int layers = layout.config().numLayers();
    embedding = layout.config().oneHot() ? 0 : block + layout.embedding();
    inputWeights = new long[layers];
    recurrentWeights = new long[layers];
    inputBias = new long[layers];
    recurrentBias = new long[layers];
    for (int l = 0; l < layers; l++) {
      inputWeights[l] = block + layout.inputWeights(l);
      recurrentWeights[l] = block + layout.recurrentWeights(l);
      inputBias[l] = block + layout.inputBias(l);
      recurrentBias[l] = block + layout.recurrentBias(l);
    }
    outputWeights = block + layout.outputWeights();
    outputBias = block + layout.outputBias();
  }

  /** The rows of a layer's weights that [x,h] of the plan is multiplied with, (K,4H). */
  long stackedWeights(PlanShape shape, int layer) {
    return shape.inputWidth(layer) == 0 ? recurrentWeights[layer] : inputWeights[layer];
  }
}

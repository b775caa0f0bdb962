package io.charlstm.runtime.onednn.decode;

import io.charlstm.runtime.NetworkConfig;

/** One stream of the network in double precision, written from the equations. */
final class PlainLstm {
  private final NetworkConfig config;
  private final RandomWeights weights;
  private final double[][] h;
  private final double[][] c;

  PlainLstm(NetworkConfig config, RandomWeights weights) {
    this.config = config;
    this.weights = weights;
    h = new double[config.numLayers()][config.hiddenSize()];
    c = new double[config.numLayers()][config.hiddenSize()];
  }

  /** Feeds a token; gives the logits. */
  double[] feed(int token) {
    double[] x = embed(token);
    for (int layer = 0; layer < config.numLayers(); layer++) {
      step(layer, x);
      x = h[layer];
    }
    float[] w = weights.get(config.tiedEmbedding() ? "embedding.weight" : "output.weight");
    double[] logits = new double[config.vocabularySize()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = weights.get("output.bias")[i] + dot(w, i, x);
    }
    return logits;
  }

  private double[] embed(int token) {
    double[] x = new double[config.inputSize(0)];
    if (config.oneHot()) {
      x[token] = 1;
    } else {
      for (int i = 0; i < x.length; i++) {
        x[i] = weights.get("embedding.weight")[token * x.length + i];
      }
    }
    return x;
  }

  private void step(int layer, double[] x) {
    int hidden = config.hiddenSize();
    double[] z = new double[4 * hidden];
    for (int i = 0; i < z.length; i++) {
      z[i] =
          weights.get("lstm.bias_ih_l" + layer)[i]
              + weights.get("lstm.bias_hh_l" + layer)[i]
              + dot(weights.get("lstm.weight_ih_l" + layer), i, x)
              + dot(weights.get("lstm.weight_hh_l" + layer), i, h[layer]);
    }
    for (int i = 0; i < hidden; i++) {
      double in = sigmoid(z[i]);
      double forget = sigmoid(z[hidden + i]);
      double out = sigmoid(z[3 * hidden + i]);
      c[layer][i] = forget * c[layer][i] + in * Math.tanh(z[2 * hidden + i]);
      h[layer][i] = out * Math.tanh(c[layer][i]);
    }
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private static double dot(float[] matrix, int row, double[] x) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += matrix[row * x.length + i] * x[i];
    }
    return sum;
  }
}

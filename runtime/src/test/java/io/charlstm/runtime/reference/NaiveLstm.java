package io.charlstm.runtime.reference;

import io.charlstm.runtime.NetworkConfig;
import java.util.Map;

/**
 * The model's forward pass written a second time, gate by gate and straight from the formulas, with
 * nothing shared with the backends: h and c are arrays of one lane, and every sum is spelled out.
 */
final class NaiveLstm {
  private final NetworkConfig config;
  private final Map<String, float[]> parameters;
  final double[][] h;
  final double[][] c;

  NaiveLstm(NetworkConfig config, Map<String, float[]> parameters) {
    this.config = config;
    this.parameters = parameters;
    h = new double[config.numLayers()][config.hiddenSize()];
    c = new double[config.numLayers()][config.hiddenSize()];
  }

  /** Feeds one token and returns the logits of the next. */
  double[] step(int token) {
    double[] x = embed(token);
    for (int layer = 0; layer < config.numLayers(); layer++) {
      x = cell(layer, x);
    }
    float[] weight = parameters.get(config.tiedEmbedding() ? "embedding.weight" : "output.weight");
    float[] bias = parameters.get("output.bias");
    double[] logits = new double[config.vocabularySize()];
    for (int v = 0; v < logits.length; v++) {
      logits[v] = bias[v];
      for (int j = 0; j < x.length; j++) {
        logits[v] += weight[v * x.length + j] * x[j];
      }
    }
    return logits;
  }

  private double[] embed(int token) {
    double[] x = new double[config.inputSize(0)];
    if (config.oneHot()) {
      x[token] = 1;
    } else {
      for (int j = 0; j < x.length; j++) {
        x[j] = parameters.get("embedding.weight")[token * x.length + j];
      }
    }
    return x;
  }

  private double[] cell(int layer, double[] x) {
    int hiddenSize = config.hiddenSize();
    double[] next = new double[hiddenSize];
    for (int j = 0; j < hiddenSize; j++) {
      double i = sigmoid(sum(layer, j, x));
      double f = sigmoid(sum(layer, hiddenSize + j, x));
      double g = Math.tanh(sum(layer, 2 * hiddenSize + j, x));
      double o = sigmoid(sum(layer, 3 * hiddenSize + j, x));
      c[layer][j] = f * c[layer][j] + i * g;
      next[j] = o * Math.tanh(c[layer][j]);
    }
    h[layer] = next;
    return next;
  }

  private double sum(int layer, int row, double[] x) {
    double sum = parameters.get("lstm.bias_ih_l" + layer)[row];
    sum += parameters.get("lstm.bias_hh_l" + layer)[row];
    for (int j = 0; j < x.length; j++) {
      sum += parameters.get("lstm.weight_ih_l" + layer)[row * x.length + j] * x[j];
    }
    int hiddenSize = config.hiddenSize();
    for (int j = 0; j < hiddenSize; j++) {
      sum += parameters.get("lstm.weight_hh_l" + layer)[row * hiddenSize + j] * h[layer][j];
    }
    return sum;
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }
}

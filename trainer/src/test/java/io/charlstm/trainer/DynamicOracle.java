package io.charlstm.trainer;

import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Dynamic evaluation by hand, in double: the formulas of an LSTM written out for one lane, and
 * gradients by central differences of their loss.
 */
final class DynamicOracle {
  private static final double STEP = 1e-5;

  private final NetworkConfig config;
  private final Map<String, double[]> trained = new LinkedHashMap<>();
  private final Map<String, double[]> weights = new LinkedHashMap<>();

  /** Carried state, by layer. */
  private double[][] h;

  private double[][] c;

  DynamicOracle(Network network) {
    config = network.config();
    h = new double[config.numLayers()][config.hiddenSize()];
    c = new double[config.numLayers()][config.hiddenSize()];
    for (ParameterSpec spec : network.parameters().specs()) {
      float[] values = network.parameters().read(spec.name());
      double[] doubles = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        doubles[i] = values[i];
      }
      trained.put(spec.name(), doubles);
      weights.put(spec.name(), doubles.clone());
    }
  }

  /** Nats of all tokens but the first. */
  double score(int[] tokens, DynamicEvaluation how) {
    double nats = 0;
    for (int from = 0; from < tokens.length - 1; from += how.window()) {
      int to = Math.min(from + how.window(), tokens.length - 1);
      Map<String, double[]> gradients = gradients(tokens, from, to);
      double[][][] after = {copy(h), copy(c)};
      nats += nats(tokens, from, to, after[0], after[1]);
      h = after[0];
      c = after[1];
      descend(gradients, how.rate() / (to - from), how.decay());
    }
    return nats;
  }

  private void descend(Map<String, double[]> gradients, double rate, double decay) {
    weights.forEach(
        (name, values) -> {
          for (int i = 0; i < values.length; i++) {
            double stepped = values[i] - rate * gradients.get(name)[i];
            values[i] = (1 - decay) * stepped + decay * trained.get(name)[i];
          }
        });
  }

  private Map<String, double[]> gradients(int[] tokens, int from, int to) {
    Map<String, double[]> gradients = new LinkedHashMap<>();
    weights.forEach(
        (name, values) -> {
          double[] gradient = new double[values.length];
          for (int i = 0; i < values.length; i++) {
            double value = values[i];
            values[i] = value + STEP;
            double above = nats(tokens, from, to, copy(h), copy(c));
            values[i] = value - STEP;
            double below = nats(tokens, from, to, copy(h), copy(c));
            values[i] = value;
            gradient[i] = (above - below) / (2 * STEP);
          }
          gradients.put(name, gradient);
        });
    return gradients;
  }

  /** Loss of the tokens behind {@code from} up to {@code to}; the state is moved on. */
  private double nats(int[] tokens, int from, int to, double[][] hidden, double[][] cell) {
    double nats = 0;
    for (int t = from; t < to; t++) {
      int width = config.embeddingSize();
      double[] x = new double[width];
      System.arraycopy(weights.get("embedding.weight"), tokens[t] * width, x, 0, width);
      for (int layer = 0; layer < config.numLayers(); layer++) {
        step(layer, x, hidden[layer], cell[layer]);
        x = hidden[layer];
      }
      double[] logits = product("output.weight", x, config.vocabularySize());
      double sum = 0;
      for (int v = 0; v < logits.length; v++) {
        logits[v] += weights.get("output.bias")[v];
        sum += Math.exp(logits[v]);
      }
      nats += Math.log(sum) - logits[tokens[t + 1]];
    }
    return nats;
  }

  private void step(int layer, double[] x, double[] hidden, double[] cell) {
    int size = config.hiddenSize();
    double[] z = product("lstm.weight_ih_l" + layer, x, 4 * size);
    double[] recurrent = product("lstm.weight_hh_l" + layer, hidden, 4 * size);
    for (int k = 0; k < z.length; k++) {
      z[k] += recurrent[k];
      z[k] += weights.get("lstm.bias_ih_l" + layer)[k] + weights.get("lstm.bias_hh_l" + layer)[k];
    }
    for (int j = 0; j < size; j++) {
      double input = sigmoid(z[j]) * Math.tanh(z[2 * size + j]);
      cell[j] = sigmoid(z[size + j]) * cell[j] + input;
      hidden[j] = sigmoid(z[3 * size + j]) * Math.tanh(cell[j]);
    }
  }

  private double[] product(String name, double[] x, int rows) {
    double[] matrix = weights.get(name);
    double[] y = new double[rows];
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < x.length; i++) {
        y[r] += matrix[r * x.length + i] * x[i];
      }
    }
    return y;
  }

  private static double sigmoid(double value) {
    return 1 / (1 + Math.exp(-value));
  }

  private static double[][] copy(double[][] state) {
    double[][] copied = new double[state.length][];
    for (int i = 0; i < state.length; i++) {
      copied[i] = state[i].clone();
    }
    return copied;
  }
}

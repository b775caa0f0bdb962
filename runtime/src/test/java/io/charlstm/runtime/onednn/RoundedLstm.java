package io.charlstm.runtime.onednn;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.contract.Errors;
import io.charlstm.runtime.contract.Problem;
import io.charlstm.runtime.kernels.Bf16;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One window of training by plain loops in double precision, with everything rounded to bfloat16
 * that the backend rounds, and nothing else: an oracle that leaves no room for other errors.
 */
final class RoundedLstm {
  private final Problem problem;
  private final int hidden;
  private final int layers;
  private final int vocabulary;
  private final int width;

  /** Whether layer 0's input part comes from a table in float32. */
  private final boolean table;

  private final Map<String, double[]> weights = new LinkedHashMap<>();
  private final Map<String, double[]> gradients = new LinkedHashMap<>();

  /** Activations by layer, step and lane. */
  private final double[][][][] gates;

  private final double[][][][] c;
  private final double[][][][] h;
  private final double[][][] dAbove;
  private final float[] logits;

  RoundedLstm(Problem problem) {
    NetworkConfig config = problem.config();
    this.problem = problem;
    hidden = config.hiddenSize();
    layers = config.numLayers();
    vocabulary = config.vocabularySize();
    width = config.embeddingSize();
    table = config.oneHot() || vocabulary <= problem.rows();
    int steps = problem.steps();
    int batch = problem.batch();
    gates = new double[layers][steps][batch][4 * hidden];
    c = new double[layers][steps + 1][batch][hidden];
    h = new double[layers][steps + 1][batch][hidden];
    dAbove = new double[steps][batch][hidden];
    logits = new float[problem.rows() * vocabulary];
    problem.parameters().forEach((name, values) -> weights.put(name, Errors.widen(values)));
    for (ParameterSpec spec : config.parameters()) {
      gradients.put(spec.name(), new double[spec.size()]);
    }
  }

  private static double round(double value) {
    return Bf16.widen(Bf16.round((float) value));
  }

  /** Runs the problem's first window; results are read afterwards. */
  void run(double scale) {
    fillState();
    for (int layer = 0; layer < layers; layer++) {
      for (int t = 0; t < problem.steps(); t++) {
        for (int b = 0; b < problem.batch(); b++) {
          forward(layer, t, b);
        }
      }
    }
    for (int t = 0; t < problem.steps(); t++) {
      for (int b = 0; b < problem.batch(); b++) {
        head(t, b, scale);
      }
    }
    for (int layer = layers - 1; layer >= 0; layer--) {
      for (int b = 0; b < problem.batch(); b++) {
        backward(layer, b);
      }
    }
  }

  float[] logits() {
    return logits;
  }

  /** h (which = 0) or c (which = 1) after the window, (L,B,H). */
  float[] state(int which) {
    float[] state = new float[layers * problem.batch() * hidden];
    for (int i = 0; i < state.length; i++) {
      int row = i / hidden;
      double[][][][] source = which == 0 ? h : c;
      int layer = row / problem.batch();
      state[i] = (float) source[layer][problem.steps()][row % problem.batch()][i % hidden];
    }
    return state;
  }

  double[] gradient(String name) {
    return gradients.get(name);
  }

  private void fillState() {
    float[] h0 = problem.state(0);
    float[] c0 = problem.state(1);
    for (int i = 0; i < h0.length; i++) {
      int row = i / hidden;
      h[row / problem.batch()][0][row % problem.batch()][i % hidden] = round(h0[i]);
      c[row / problem.batch()][0][row % problem.batch()][i % hidden] = c0[i];
    }
  }

  private int token(int t, int b) {
    return problem.inputs(0)[t * problem.batch() + b];
  }

  /** x of a layer: for a one-hot input null. */
  private double[] input(int layer, int t, int b) {
    if (layer > 0) {
      return h[layer - 1][t + 1][b];
    }
    if (problem.config().oneHot()) {
      return null;
    }
    double[] x = new double[width];
    System.arraycopy(weights.get("embedding.weight"), token(t, b) * width, x, 0, width);
    if (!table) {
      for (int i = 0; i < width; i++) {
        x[i] = round(x[i]);
      }
    }
    return x;
  }

  private double weight(String name, int layer, int index) {
    boolean exact = layer == 0 && table && name.startsWith("lstm.weight_ih");
    double value = weights.get(name)[index];
    return exact ? value : round(value);
  }

  private void forward(int layer, int t, int b) {
    double[] x = input(layer, t, b);
    double[] gate = gates[layer][t][b];
    for (int j = 0; j < 4 * hidden; j++) {
      double sum = weights.get("lstm.bias_ih_l" + layer)[j];
      sum += weights.get("lstm.bias_hh_l" + layer)[j];
      if (x == null) {
        sum += weights.get("lstm.weight_ih_l0")[j * vocabulary + token(t, b)];
      } else {
        for (int i = 0; i < x.length; i++) {
          sum += weight("lstm.weight_ih_l" + layer, layer, j * x.length + i) * x[i];
        }
      }
      for (int i = 0; i < hidden; i++) {
        sum += weight("lstm.weight_hh_l" + layer, layer, j * hidden + i) * h[layer][t][b][i];
      }
      boolean candidate = j / hidden == 2;
      gate[j] = candidate ? Math.tanh(sum) : 1 / (1 + Math.exp(-sum));
    }
    for (int j = 0; j < hidden; j++) {
      double cell = gate[hidden + j] * c[layer][t][b][j] + gate[j] * gate[2 * hidden + j];
      c[layer][t + 1][b][j] = cell;
      h[layer][t + 1][b][j] = round(gate[3 * hidden + j] * Math.tanh(cell));
    }
  }

  private void head(int t, int b, double scale) {
    String name = problem.config().tiedEmbedding() ? "embedding.weight" : "output.weight";
    double[] top = h[layers - 1][t + 1][b];
    int row = t * problem.batch() + b;
    double[] scores = new double[vocabulary];
    double sum = 0;
    for (int v = 0; v < vocabulary; v++) {
      scores[v] = weights.get("output.bias")[v];
      for (int i = 0; i < hidden; i++) {
        scores[v] += weight(name, -1, v * hidden + i) * top[i];
      }
      logits[row * vocabulary + v] = (float) scores[v];
      sum += Math.exp(scores[v]);
    }
    int target = problem.targets(0)[row];
    for (int v = 0; v < vocabulary && target >= 0; v++) {
      double d = scale * (Math.exp(scores[v]) / sum - (v == target ? 1 : 0));
      gradients.get("output.bias")[v] += d;
      for (int i = 0; i < hidden; i++) {
        gradients.get(name)[v * hidden + i] += round(d) * top[i];
        dAbove[t][b][i] += round(d) * weight(name, -1, v * hidden + i);
      }
    }
  }

  private void backward(int layer, int b) {
    double[] dNext = new double[hidden];
    double[] dCell = new double[hidden];
    for (int t = problem.steps() - 1; t >= 0; t--) {
      double[] dGate = gateGradients(layer, t, b, dNext, dCell);
      double[] x = input(layer, t, b);
      double[] dx = new double[x == null ? 0 : x.length];
      dNext = new double[hidden];
      for (int j = 0; j < 4 * hidden; j++) {
        gradients.get("lstm.bias_ih_l" + layer)[j] += dGate[j];
        gradients.get("lstm.bias_hh_l" + layer)[j] += dGate[j];
        boolean exact = layer == 0 && table;
        inputGradients(layer, t, b, x, dx, j, exact ? dGate[j] : round(dGate[j]));
        for (int i = 0; i < hidden; i++) {
          int index = j * hidden + i;
          gradients.get("lstm.weight_hh_l" + layer)[index] += round(dGate[j]) * h[layer][t][b][i];
          dNext[i] += round(dGate[j]) * weight("lstm.weight_hh_l" + layer, layer, index);
        }
      }
      if (layer > 0) {
        dAbove[t][b] = dx;
      } else if (x != null) {
        for (int i = 0; i < width; i++) {
          gradients.get("embedding.weight")[token(t, b) * width + i] += dx[i];
        }
      }
    }
  }

  private void inputGradients(int layer, int t, int b, double[] x, double[] dx, int j, double d) {
    String name = "lstm.weight_ih_l" + layer;
    if (x == null) {
      gradients.get(name)[j * vocabulary + token(t, b)] += d;
      return;
    }
    for (int i = 0; i < x.length; i++) {
      gradients.get(name)[j * x.length + i] += d * x[i];
      dx[i] += d * weight(name, layer, j * x.length + i);
    }
  }

  /** Gradients of the pre-activations; {@code dCell} becomes that of the step before. */
  private double[] gateGradients(int layer, int t, int b, double[] dNext, double[] dCell) {
    double[] gate = gates[layer][t][b];
    double[] d = new double[4 * hidden];
    for (int j = 0; j < hidden; j++) {
      double in = round(gate[j]);
      double forget = round(gate[hidden + j]);
      double candidate = round(gate[2 * hidden + j]);
      double out = round(gate[3 * hidden + j]);
      double squashed = Math.tanh(c[layer][t + 1][b][j]);
      double dh = dAbove[t][b][j] + dNext[j];
      double cell = dCell[j] + dh * out * (1 - squashed * squashed);
      d[j] = cell * candidate * in * (1 - in);
      d[hidden + j] = cell * c[layer][t][b][j] * forget * (1 - forget);
      d[2 * hidden + j] = cell * in * (1 - candidate * candidate);
      d[3 * hidden + j] = dh * squashed * out * (1 - out);
      dCell[j] = cell * forget;
    }
    return d;
  }
}

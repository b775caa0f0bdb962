package io.charlstm.bindings.cuda;

import java.util.Random;

/**
 * An LSTM in double precision after its equations: i, f, o = sigmoid, g = tanh of W x + R h + bW +
 * bR; c = f * c + i * g; h = o * tanh(c). Gradients are central differences of the loss sum(y * dy)
 * + sum(hy * dhy) + sum(cy * dcy).
 */
final class LstmOracle {
  private static final double STEP = 1e-5;

  final int steps;
  final int batch;
  final int input;
  final int hidden;
  final int layers;

  LstmOracle(int steps, int batch, int input, int hidden, int layers) {
    this.steps = steps;
    this.batch = batch;
    this.input = input;
    this.hidden = hidden;
    this.layers = layers;
  }

  int width(int layer) {
    return layer == 0 ? input : hidden;
  }

  /** Where gate 0-7's matrix starts in the weights: layer by layer, 8 matrices, then 8 biases. */
  int matrix(int layer, int gate) {
    int start = 0;
    for (int l = 0; l < layer; l++) {
      start += 4 * hidden * (width(l) + hidden) + 8 * hidden;
    }
    return start
        + Math.min(gate, 4) * hidden * width(layer)
        + Math.max(gate - 4, 0) * hidden * hidden;
  }

  int bias(int layer, int gate) {
    return matrix(layer, 8) + gate * hidden;
  }

  int weightCount() {
    return matrix(layers, 0);
  }

  int stateCount() {
    return layers * batch * hidden;
  }

  /** The outputs of one run. */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
  record Outputs(double[] y, double[] hy, double[] cy) {}

  Outputs run(double[] weights, double[] x, double[] hx, double[] cx) {
    double[] h = hx.clone();
    double[] c = cx.clone();
    double[] sequence = x;
    for (int layer = 0; layer < layers; layer++) {
      double[] outputs = new double[steps * batch * hidden];
      for (int row = 0; row < steps * batch; row++) {
        int state = (layer * batch + row % batch) * hidden;
        cell(weights, layer, sequence, row * width(layer), h, c, state);
        System.arraycopy(h, state, outputs, row * hidden, hidden);
      }
      sequence = outputs;
    }
    return new Outputs(sequence, h, c);
  }

  private void cell(
      double[] weights, int layer, double[] x, int from, double[] h, double[] c, int state) {
    double[][] gates = new double[4][hidden];
    for (int gate = 0; gate < 4; gate++) {
      for (int j = 0; j < hidden; j++) {
        double sum = weights[bias(layer, gate) + j] + weights[bias(layer, gate + 4) + j];
        for (int k = 0; k < width(layer); k++) {
          sum += weights[matrix(layer, gate) + j * width(layer) + k] * x[from + k];
        }
        for (int k = 0; k < hidden; k++) {
          sum += weights[matrix(layer, gate + 4) + j * hidden + k] * h[state + k];
        }
        gates[gate][j] = gate == 2 ? Math.tanh(sum) : 1 / (1 + Math.exp(-sum));
      }
    }
    for (int j = 0; j < hidden; j++) {
      c[state + j] = gates[1][j] * c[state + j] + gates[0][j] * gates[2][j];
      h[state + j] = gates[3][j] * Math.tanh(c[state + j]);
    }
  }

  /** A loss as a function of one of its arguments. */
  @FunctionalInterface
  interface Loss {
    double of(double[] argument);
  }

  static double[] gradient(Loss loss, double[] at) {
    double[] moved = at.clone();
    double[] gradient = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      moved[i] = at[i] + STEP;
      double above = loss.of(moved);
      moved[i] = at[i] - STEP;
      gradient[i] = (above - loss.of(moved)) / (2 * STEP);
      moved[i] = at[i];
    }
    return gradient;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Values that single precision has too, so that both sides compute with equal numbers. */
  static double[] random(Random random, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    return values;
  }
}

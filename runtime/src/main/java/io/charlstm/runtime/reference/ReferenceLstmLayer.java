package io.charlstm.runtime.reference;

import java.util.Arrays;

/**
 * One LSTM layer over a window of T steps and B lanes, with the state before the window in row 0 of
 * h and c. With the gates stacked in the order i, f, g, o:
 *
 * <pre>
 * i,f,o = sigmoid(W_ih x_t + b_ih + W_hh h_(t-1) + b_hh),  g = tanh(the same)
 * c_t = f c_(t-1) + i g
 * h_t = o tanh(c_t)
 * </pre>
 *
 * <p>The equations are those of Hochreiter and Schmidhuber (1997) with the forget gate of Gers,
 * Schmidhuber and Cummins (2000), with both biases of PyTorch's {@code torch.nn.LSTM}.
 */
final class ReferenceLstmLayer {
  private final int batch;
  private final int inputSize;
  private final int hiddenSize;
  private final LayerTensors weights;

  /** What h is multiplied with (4H,H): the parameter, or a training window's copy of it. */
  private double[] recurrent;

  /** Activated gates i, f, g, o (T,B,4H). */
  private final double[] gates;

  /** Hidden and cell state (T+1,B,H); row 0 is the carried state. */
  final double[] hidden;

  final double[] cell;

  private final double[] gateGradient;
  private final double[] hiddenGradient;
  private final double[] cellGradient;

  ReferenceLstmLayer(ReferenceParameterBlock parameters, int layer, Shape shape) {
    batch = shape.batch;
    inputSize = shape.inputSize;
    hiddenSize = shape.hiddenSize;
    weights = new LayerTensors(parameters, layer);
    recurrent = weights.weightHidden;
    int lane = batch * hiddenSize;
    gates = new double[Math.multiplyExact(shape.steps, 4 * lane)];
    hidden = new double[Math.multiplyExact(shape.steps + 1, lane)];
    cell = new double[hidden.length];
    gateGradient = new double[4 * hiddenSize];
    hiddenGradient = new double[lane];
    cellGradient = new double[lane];
  }

  record Shape(int steps, int batch, int inputSize, int hiddenSize) {}

  /** Number of values held. */
  long size() {
    return (long) gates.length + hidden.length + cell.length + hiddenGradient.length * 2L;
  }

  /** From now on h is multiplied with these weights (4H,H); null for the parameter itself. */
  void useRecurrentWeights(double[] other) {
    recurrent = other == null ? weights.weightHidden : other;
  }

  /**
   * Runs the window.
   *
   * @param input (steps,B,I)
   */
  void forward(double[] input, int steps) {
    for (int t = 0; t < steps; t++) {
      for (int b = 0; b < batch; b++) {
        forwardCell(input, t, b);
      }
    }
  }

  /** One step of one lane; reads row t of h and c and writes row t+1. */
  void forwardCell(double[] input, int t, int b) {
    int row = t * batch + b;
    int gate = row * 4 * hiddenSize;
    int before = row * hiddenSize;
    int after = before + batch * hiddenSize;
    for (int k = 0; k < 4 * hiddenSize; k++) {
      double z = weights.biasInput[k] + weights.biasHidden[k];
      z += Dense.dot(weights.weightInput, k * inputSize, input, row * inputSize, inputSize);
      z += Dense.dot(recurrent, k * hiddenSize, hidden, before, hiddenSize);
      boolean isCandidate = k / hiddenSize == 2;
      gates[gate + k] = isCandidate ? Math.tanh(z) : 1 / (1 + Math.exp(-z));
    }
    for (int j = 0; j < hiddenSize; j++) {
      double i = gates[gate + j];
      double f = gates[gate + hiddenSize + j];
      double g = gates[gate + 2 * hiddenSize + j];
      double o = gates[gate + 3 * hiddenSize + j];
      cell[after + j] = f * cell[before + j] + i * g;
      hidden[after + j] = o * Math.tanh(cell[after + j]);
    }
  }

  /** Copies the outputs h_1..h_steps into (steps,B,H). */
  void copyOutput(double[] output, int steps) {
    int lane = batch * hiddenSize;
    System.arraycopy(hidden, lane, output, 0, steps * lane);
  }

  /** Makes the state after {@code steps} the state before the next window. */
  void carry(int steps) {
    int lane = batch * hiddenSize;
    System.arraycopy(hidden, steps * lane, hidden, 0, lane);
    System.arraycopy(cell, steps * lane, cell, 0, lane);
  }

  /** Makes the state of lane b after one step the state before the next step. */
  void carryLane(int b) {
    int from = (batch + b) * hiddenSize;
    System.arraycopy(hidden, from, hidden, b * hiddenSize, hiddenSize);
    System.arraycopy(cell, from, cell, b * hiddenSize, hiddenSize);
  }

  /**
   * Backpropagation through the window run last, before {@link #carry}; adds to the gradients.
   *
   * @param input (steps,B,I), as given to {@link #forward}
   * @param outputGradient gradient of the outputs (steps,B,H)
   * @param inputGradient receives the gradient of the input (steps,B,I)
   */
  void backward(
      double[] input,
      double[] outputGradient,
      int steps,
      double[] inputGradient,
      LayerTensors gradients) {
    Arrays.fill(hiddenGradient, 0);
    Arrays.fill(cellGradient, 0);
    for (int t = steps - 1; t >= 0; t--) {
      for (int b = 0; b < batch; b++) {
        gateGradients(outputGradient, t, b);
        propagate(input, t, b, inputGradient, gradients);
      }
    }
  }

  private void gateGradients(double[] outputGradient, int t, int b) {
    int row = t * batch + b;
    int gate = row * 4 * hiddenSize;
    int before = row * hiddenSize;
    int after = before + batch * hiddenSize;
    for (int j = 0; j < hiddenSize; j++) {
      double i = gates[gate + j];
      double f = gates[gate + hiddenSize + j];
      double g = gates[gate + 2 * hiddenSize + j];
      double o = gates[gate + 3 * hiddenSize + j];
      int state = b * hiddenSize + j;
      double tanhCell = Math.tanh(cell[after + j]);
      double dh = outputGradient[before + j] + hiddenGradient[state];
      double dc = cellGradient[state] + dh * o * (1 - tanhCell * tanhCell);
      gateGradient[j] = dc * g * i * (1 - i);
      gateGradient[hiddenSize + j] = dc * cell[before + j] * f * (1 - f);
      gateGradient[2 * hiddenSize + j] = dc * i * (1 - g * g);
      gateGradient[3 * hiddenSize + j] = dh * tanhCell * o * (1 - o);
      cellGradient[state] = dc * f;
      hiddenGradient[state] = 0;
    }
  }

  private void propagate(
      double[] input, int t, int b, double[] inputGradient, LayerTensors gradients) {
    int row = t * batch + b;
    int before = row * hiddenSize;
    Arrays.fill(inputGradient, row * inputSize, (row + 1) * inputSize, 0);
    for (int k = 0; k < 4 * hiddenSize; k++) {
      double dz = gateGradient[k];
      gradients.biasInput[k] += dz;
      gradients.biasHidden[k] += dz;
      int weight = k * inputSize;
      Dense.axpy(dz, input, row * inputSize, gradients.weightInput, weight, inputSize);
      Dense.axpy(dz, weights.weightInput, weight, inputGradient, row * inputSize, inputSize);
      weight = k * hiddenSize;
      Dense.axpy(dz, hidden, before, gradients.weightHidden, weight, hiddenSize);
      Dense.axpy(dz, recurrent, weight, hiddenGradient, b * hiddenSize, hiddenSize);
    }
  }
}

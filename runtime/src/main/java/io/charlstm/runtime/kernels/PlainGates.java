package io.charlstm.runtime.kernels;

import static io.charlstm.runtime.kernels.Floats.get;
import static io.charlstm.runtime.kernels.Floats.set;

/**
 * The LSTM cell by plain loops, from a byte offset on: whole rows, or the tail of a vector loop.
 */
final class PlainGates {
  private PlainGates() {}

  /** Activates a row of gates; c = f*c' + i*g, tanhC = tanh(c), h = o*tanhC. */
  static void forwardRow(
      long preactivations,
      long gates,
      long cPrevious,
      long c,
      long tanhC,
      long h,
      long hCopy,
      int hidden) {
    long width = 4L * hidden;
    for (long j = 0; j < 4 * width; j += 4) {
      boolean candidate = j >= 2 * width && j < 3 * width;
      float x = get(preactivations + j);
      set(gates + j, candidate ? ScalarMath.tanh(x) : ScalarMath.sigmoid(x));
    }
    cell(gates, cPrevious, c, 0, width);
    for (long j = 0; j < width; j += 4) {
      set(tanhC + j, ScalarMath.tanh(get(c + j)));
    }
    output(gates + 3 * width, tanhC, h, hCopy, 0, width);
  }

  static void cell(long gates, long cPrevious, long c, long from, long width) {
    for (long j = from; j < width; j += 4) {
      float input = get(gates + j) * get(gates + 2 * width + j);
      set(c + j, Math.fma(get(gates + width + j), get(cPrevious + j), input));
    }
  }

  static void output(long gate, long tanhC, long h, long hCopy, long from, long width) {
    for (long j = from; j < width; j += 4) {
      float output = get(gate + j) * get(tanhC + j);
      set(h + j, output);
      set(hCopy + j, output);
    }
  }

  /** Elements from byte {@code from} to {@code width}. */
  static void backward(
      long gates,
      long cPrevious,
      long tanhC,
      long dhAbove,
      long dhNext,
      long dc,
      long from,
      long width) {
    for (long j = from; j < width; j += 4) {
      float dh = get(dhAbove + j) + get(dhNext + j);
      backwardElement(gates + j, get(cPrevious + j), get(tanhC + j), dh, dc + j, width);
    }
  }

  private static void backwardElement(
      long gates, float cPrevious, float squashed, float dh, long dc, long width) {
    float i = get(gates);
    float f = get(gates + width);
    float g = get(gates + 2 * width);
    float o = get(gates + 3 * width);
    float through = dh * o;
    float dOutput = squashed * through;
    float dCell = through - squashed * dOutput + get(dc);
    set(gates + 3 * width, dOutput - dOutput * o);
    float dInput = dCell * g * i;
    set(gates, dInput - dInput * i);
    float dPrevious = dCell * f;
    set(dc, dPrevious);
    float dForget = dPrevious * cPrevious;
    set(gates + width, dForget - dForget * f);
    float dCandidate = dCell * i;
    set(gates + 2 * width, dCandidate - dCandidate * g * g);
  }
}

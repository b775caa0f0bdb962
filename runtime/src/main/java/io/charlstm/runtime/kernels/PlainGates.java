package io.charlstm.runtime.kernels;

import static io.charlstm.runtime.kernels.Floats.get;
import static io.charlstm.runtime.kernels.Floats.set;

/**
 * The LSTM cell by plain loops, from a byte offset on: whole rows, or the tail of a vector loop.
 */
final class PlainGates {
  private PlainGates() {}

  /** As that of {@code VectorGates}. */
  static void forwardRow(
      long preactivations,
      long gates,
      long cPrevious,
      long c,
      long tanhC,
      long h,
      long hCopy,
      int units,
      int gateWidth) {
    long width = 4L * units;
    long apart = 4L * gateWidth;
    for (long gate = 0; gate < 4; gate++) {
      for (long j = 0; j < width; j += 4) {
        float x = get(preactivations + gate * width + j);
        set(gates + gate * apart + j, gate == 2 ? ScalarMath.tanh(x) : ScalarMath.sigmoid(x));
      }
    }
    cell(gates, cPrevious, c, 0, width, apart);
    for (long j = 0; j < width; j += 4) {
      set(tanhC + j, ScalarMath.tanh(get(c + j)));
    }
    output(gates + 3 * apart, tanhC, h, hCopy, 0, width);
  }

  static void cell(long gates, long cPrevious, long c, long from, long width, long apart) {
    for (long j = from; j < width; j += 4) {
      float input = get(gates + j) * get(gates + 2 * apart + j);
      set(c + j, Math.fma(get(gates + apart + j), get(cPrevious + j), input));
    }
  }

  static void output(long gate, long tanhC, long h, long hCopy, long from, long width) {
    for (long j = from; j < width; j += 4) {
      float output = get(gate + j) * get(tanhC + j);
      set(h + j, output);
      set(hCopy + j, output);
    }
  }

  /**
   * Elements from byte {@code from} to {@code width} of each gate; gates are {@code apart} bytes
   * apart.
   */
  static void backward(
      long gates,
      long cPrevious,
      long tanhC,
      long dhAbove,
      long dhNext,
      long dc,
      long from,
      long width,
      long apart) {
    for (long j = from; j < width; j += 4) {
      float dh = get(dhAbove + j) + get(dhNext + j);
      backwardElement(gates + j, get(cPrevious + j), get(tanhC + j), dh, dc + j, apart);
    }
  }

  private static void backwardElement(
      long gates, float cPrevious, float squashed, float dh, long dc, long apart) {
    float i = get(gates);
    float f = get(gates + apart);
    float g = get(gates + 2 * apart);
    float o = get(gates + 3 * apart);
    float through = dh * o;
    float dOutput = squashed * through;
    float dCell = through - squashed * dOutput + get(dc);
    set(gates + 3 * apart, dOutput - dOutput * o);
    float dInput = dCell * g * i;
    set(gates, dInput - dInput * i);
    float dPrevious = dCell * f;
    set(dc, dPrevious);
    float dForget = dPrevious * cPrevious;
    set(gates + apart, dForget - dForget * f);
    float dCandidate = dCell * i;
    set(gates + 2 * apart, dCandidate - dCandidate * g * g);
  }
}

package io.charlstm.runtime.kernels;

import static io.charlstm.runtime.kernels.VectorMath.BYTES;
import static io.charlstm.runtime.kernels.VectorMath.load;
import static io.charlstm.runtime.kernels.VectorMath.store;

import jdk.incubator.vector.FloatVector;

/**
 * The LSTM cell with the Vector API.
 *
 * <p>The compiler stops inlining half way through a method that grows too large, and then every
 * vector is boxed. So there is one loop with an exponential, and it is called from one place.
 */
final class VectorGates {
  private VectorGates() {}

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
    for (int part = 0; part < 4; part++) {
      if (part == 3) {
        cell(gates, cPrevious, c, width);
      }
      // i and f together, g, o, and c.
      long offset = (part == 0 ? 0 : part + 1) * width;
      long from = part == 3 ? c : preactivations + offset;
      long to = part == 3 ? tanhC : gates + offset;
      logistic(from, to, part == 0 ? 2 * width : width, part % 2 == 0 ? 1 : 2);
    }
    output(gates + 3 * width, tanhC, h, hCopy, width);
  }

  /** m sigmoid(m x) + 1 - m: sigmoid for m = 1, tanh for m = 2. */
  private static void logistic(long from, long to, long bytes, float m) {
    long j = 0;
    for (; j <= bytes - BYTES; j += BYTES) {
      store(VectorMath.logistic(load(from + j), -m, m, 1 - m), to + j);
    }
    for (; j < bytes; j += 4) {
      Floats.set(to + j, ScalarMath.logistic(Floats.get(from + j), -m, m, 1 - m));
    }
  }

  private static void cell(long gates, long cPrevious, long c, long width) {
    long j = 0;
    for (; j <= width - BYTES; j += BYTES) {
      FloatVector input = load(gates + j).mul(load(gates + 2 * width + j));
      store(load(gates + width + j).fma(load(cPrevious + j), input), c + j);
    }
    PlainGates.cell(gates, cPrevious, c, j, width);
  }

  private static void output(long gate, long tanhC, long h, long hCopy, long width) {
    long j = 0;
    for (; j <= width - BYTES; j += BYTES) {
      FloatVector output = load(gate + j).mul(load(tanhC + j));
      store(output, h + j);
      store(output, hCopy + j);
    }
    PlainGates.output(gate, tanhC, h, hCopy, j, width);
  }

  static void backwardRow(
      long gates, long cPrevious, long tanhC, long dhAbove, long dhNext, long dc, int hidden) {
    long width = 4L * hidden;
    long j = 0;
    for (; j <= width - BYTES; j += BYTES) {
      FloatVector dh = load(dhAbove + j).add(load(dhNext + j));
      backward(gates + j, cPrevious + j, load(tanhC + j), dh, dc + j, width);
    }
    if (j < width) {
      PlainGates.backward(gates, cPrevious, tanhC, dhAbove, dhNext, dc, j, width);
    }
  }

  private static void backward(
      long gates, long cPrevious, FloatVector squashed, FloatVector dh, long dc, long width) {
    FloatVector i = load(gates);
    FloatVector f = load(gates + width);
    FloatVector g = load(gates + 2 * width);
    FloatVector o = load(gates + 3 * width);
    FloatVector through = dh.mul(o);
    FloatVector dOutput = squashed.mul(through);
    FloatVector dCell = through.sub(squashed.mul(dOutput)).add(load(dc));
    store(dOutput.sub(dOutput.mul(o)), gates + 3 * width);
    FloatVector dInput = dCell.mul(g).mul(i);
    store(dInput.sub(dInput.mul(i)), gates);
    FloatVector dPrevious = dCell.mul(f);
    store(dPrevious, dc);
    FloatVector dForget = dPrevious.mul(load(cPrevious));
    store(dForget.sub(dForget.mul(f)), gates + width);
    FloatVector dCandidate = dCell.mul(i);
    store(dCandidate.sub(dCandidate.mul(g).mul(g)), gates + 2 * width);
  }
}

package io.charlstm.runtime.kernels;

import static io.charlstm.runtime.kernels.VectorMath.BYTES;
import static io.charlstm.runtime.kernels.VectorMath.load;
import static io.charlstm.runtime.kernels.VectorMath.store;

import jdk.incubator.vector.FloatVector;

/**
 * The LSTM cell with the Vector API. Each loop is small on purpose: one loop with all five
 * exponentials is beyond what the compiler inlines, and then every vector is boxed.
 */
final class VectorGates {
  private VectorGates() {}

  static void forwardRow(
      long gates, long cPrevious, long c, long tanhC, long h, long hCopy, int hidden) {
    long width = 4L * hidden;
    activate(gates, 2 * width, -1f, 1f, 0f);
    activate(gates + 2 * width, width, -2f, 2f, -1f);
    activate(gates + 3 * width, width, -1f, 1f, 0f);
    combine(gates, cPrevious, c, tanhC, h, hCopy, width);
  }

  /** Replaces x by gain/(1+exp(scale*x)) + offset over {@code bytes} bytes. */
  private static void activate(long address, long bytes, float scale, float gain, float offset) {
    long end = address + bytes;
    long a = address;
    for (; a <= end - BYTES; a += BYTES) {
      store(VectorMath.logistic(load(a), scale, gain, offset), a);
    }
    for (; a < end; a += 4) {
      Floats.set(a, ScalarMath.logistic(Floats.get(a), scale, gain, offset));
    }
  }

  // c = f*c' + i*g, h = o*tanh(c); width in bytes.
  private static void combine(
      long gates, long cPrevious, long c, long tanhC, long h, long hCopy, long width) {
    long j = 0;
    for (; j <= width - BYTES; j += BYTES) {
      FloatVector input = load(gates + j).mul(load(gates + 2 * width + j));
      FloatVector cell = load(gates + width + j).fma(load(cPrevious + j), input);
      FloatVector squashed = VectorMath.tanh(cell);
      FloatVector output = load(gates + 3 * width + j).mul(squashed);
      store(cell, c + j);
      store(squashed, tanhC + j);
      store(output, h + j);
      store(output, hCopy + j);
    }
    if (j < width) {
      PlainGates.combine(gates, cPrevious, c, tanhC, h, hCopy, j, width);
    }
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

  static void backwardLastRow(
      long gates, long cPrevious, long tanhC, long dhAbove, long dc, int hidden) {
    long width = 4L * hidden;
    long j = 0;
    for (; j <= width - BYTES; j += BYTES) {
      backward(gates + j, cPrevious + j, load(tanhC + j), load(dhAbove + j), dc + j, width);
    }
    if (j < width) {
      PlainGates.backward(gates, cPrevious, tanhC, dhAbove, 0, dc, j, width);
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

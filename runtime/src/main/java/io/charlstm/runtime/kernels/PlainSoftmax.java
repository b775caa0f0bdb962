package io.charlstm.runtime.kernels;

import static io.charlstm.runtime.kernels.Floats.get;
import static io.charlstm.runtime.kernels.Floats.set;

/** Passes over one row of logits by plain loops; sizes in bytes. */
final class PlainSoftmax {
  private PlainSoftmax() {}

  static float max(long row, long bytes) {
    float max = Float.NEGATIVE_INFINITY;
    for (long j = 0; j < bytes; j += 4) {
      max = Math.max(max, get(row + j));
    }
    return max;
  }

  /** Sum of exp(x - max). */
  static float sumExp(long row, long bytes, float max) {
    float sum = 0;
    for (long j = 0; j < bytes; j += 4) {
      sum += ScalarMath.exp(get(row + j) - max);
    }
    return sum;
  }

  /** Replaces x by exp(x - max) and returns the sum. */
  static float exponentials(long row, long bytes, float max) {
    float sum = 0;
    for (long j = 0; j < bytes; j += 4) {
      float e = ScalarMath.exp(get(row + j) - max);
      set(row + j, e);
      sum += e;
    }
    return sum;
  }

  static void scale(long row, long bytes, float factor) {
    for (long j = 0; j < bytes; j += 4) {
      set(row + j, get(row + j) * factor);
    }
  }
}

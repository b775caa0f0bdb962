package io.charlstm.runtime.kernels;

import static io.charlstm.runtime.kernels.Floats.get;
import static io.charlstm.runtime.kernels.Floats.set;

import io.charlstm.runtime.DropoutMask;

/** Additions, sums and dropout masks by plain loops. */
final class PlainLoops {
  private PlainLoops() {}

  static void sum(long destination, long a, long b, long bytes) {
    for (long j = 0; j < bytes; j += 4) {
      set(destination + j, get(a + j) + get(b + j));
    }
  }

  static void addRows(long destination, long source, long stride, long rows, long bytes) {
    for (long row = 0; row < rows; row++) {
      sum(destination, destination, source + row * stride, bytes);
    }
  }

  static double sumOfSquares(long values, long bytes, float bound) {
    double total = 0;
    for (long j = 0; j < bytes; j += 4) {
      double v = Math.max(Math.min(get(values + j), bound), -bound);
      total += v * v;
    }
    return total;
  }

  /** Elements {@code from} to {@code width} of one row; see {@link Kernels#dropout}. */
  static void dropoutRow(
      long source,
      long destination,
      int from,
      int width,
      long key,
      int index,
      int threshold,
      float scale) {
    for (int j = from; j < width; j++) {
      boolean keep = DropoutMask.keeps(key, index + j, threshold);
      set(destination + 4L * j, keep ? get(source + 4L * j) * scale : 0);
    }
  }
}

package io.charlstm.runtime.kernels;

import static io.charlstm.runtime.kernels.VectorMath.BYTES;
import static io.charlstm.runtime.kernels.VectorMath.LANES;
import static io.charlstm.runtime.kernels.VectorMath.broadcast;
import static io.charlstm.runtime.kernels.VectorMath.load;
import static io.charlstm.runtime.kernels.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Additions, sums and dropout masks with the Vector API; sizes in bytes. */
final class VectorLoops {
  private static final VectorSpecies<Integer> INTS = VectorMath.SPECIES.withLanes(int.class);
  private static final IntVector IOTA = IntVector.zero(INTS).addIndex(1);

  /** Values added in float before the partial sum goes on in double. */
  private static final long BLOCK_BYTES = 4096L * BYTES;

  private VectorLoops() {}

  static void sum(long destination, long a, long b, long bytes) {
    long j = 0;
    for (; j <= bytes - BYTES; j += BYTES) {
      store(load(a + j).add(load(b + j)), destination + j);
    }
    for (; j < bytes; j += 4) {
      Floats.set(destination + j, Floats.get(a + j) + Floats.get(b + j));
    }
  }

  /**
   * Adds rows, {@code stride} bytes apart, to one. Column by column: a short row's own loop would
   * be taken for cold by the compiler, which then calls its parts with boxed vectors.
   */
  static void addRows(long destination, long source, long stride, long rows, long bytes) {
    long end = source + rows * stride;
    long j = 0;
    for (; j <= bytes - BYTES; j += BYTES) {
      FloatVector sum = load(destination + j);
      for (long row = source; row != end; row += stride) {
        sum = sum.add(load(row + j));
      }
      store(sum, destination + j);
    }
    PlainLoops.addRows(destination + j, source + j, stride, rows, bytes - j);
  }

  static double sumOfSquares(long values, long bytes, float bound) {
    double total = 0;
    long whole = bytes - bytes % BYTES;
    for (long from = 0; from < whole; from += BLOCK_BYTES) {
      total += blockSumOfSquares(values + from, Math.min(BLOCK_BYTES, whole - from), bound);
    }
    return total + PlainLoops.sumOfSquares(values + whole, bytes - whole, bound);
  }

  private static float blockSumOfSquares(long values, long bytes, float bound) {
    FloatVector sum = broadcast(0);
    for (long j = 0; j < bytes; j += BYTES) {
      FloatVector v = load(values + j).min(bound).max(-bound);
      sum = v.fma(v, sum);
    }
    return VectorMath.sum(sum);
  }

  /** One row of a dropout mask; see {@link Kernels#dropout}. */
  static void dropoutRow(
      long source, long destination, int width, long key, int index, int threshold, float scale) {
    int j = 0;
    for (; j <= width - LANES; j += LANES) {
      VectorMask<Float> keep =
          hash(IOTA.add(index + j), (int) key, (int) (key >>> 32))
              .lanewise(VectorOperators.LSHR, 1)
              .compare(VectorOperators.LT, threshold)
              .cast(VectorMath.SPECIES);
      FloatVector kept = load(source + 4L * j).mul(scale);
      store(broadcast(0).blend(kept, keep), destination + 4L * j);
    }
    PlainLoops.dropoutRow(source, destination, j, width, key, index, threshold, scale);
  }

  // The same operations as DropoutMask.hash.
  private static IntVector hash(IntVector index, int keyLow, int keyHigh) {
    IntVector x = index.lanewise(VectorOperators.XOR, keyLow).mul(0x9E3779B1);
    x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 15)).add(keyHigh);
    x = x.mul(0x85EBCA6B);
    x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 13)).mul(0xC2B2AE35);
    return x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16));
  }
}

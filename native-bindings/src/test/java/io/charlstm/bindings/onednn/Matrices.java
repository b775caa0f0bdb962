package io.charlstm.bindings.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** Random row-major float matrices off the heap, and their product by plain loops in double. */
final class Matrices {
  private Matrices() {}

  static MemorySegment random(Arena arena, long seed, long elements) {
    Random random = new Random(seed);
    MemorySegment matrix = zeros(arena, elements);
    for (long i = 0; i < elements; i++) {
      matrix.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat() * 2 - 1);
    }
    return matrix;
  }

  static MemorySegment zeros(Arena arena, long elements) {
    return arena.allocate(Math.max(1, elements) * Float.BYTES, 64);
  }

  static double at(MemorySegment matrix, boolean transposed, long ld, long row, long column) {
    long index = transposed ? column * ld + row : row * ld + column;
    return matrix.getAtIndex(ValueLayout.JAVA_FLOAT, index);
  }

  /** Element (row, column) of op(A) * op(B) with an inner size of k. */
  static double product(
      MemorySegment a,
      boolean transA,
      long lda,
      MemorySegment b,
      boolean transB,
      long ldb,
      long k,
      long row,
      long column) {
    double sum = 0;
    for (long i = 0; i < k; i++) {
      sum += at(a, transA, lda, row, i) * at(b, transB, ldb, i, column);
    }
    return sum;
  }
}

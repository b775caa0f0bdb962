package io.charlstm.runtime.onednn;

/**
 * Hands out 64-byte aligned blocks of one slab, one after the other. Carving from address 0 first
 * tells how large the slab must be.
 */
final class Carver {
  private static final long LINE = 64;
  private static final long LARGE_BYTES = 16_384;

  private final long start;
  private long next;
  private int large;

  Carver(long start) {
    this.start = start;
    this.next = start;
  }

  /** Address of a block of {@code count} float32 or int32 values. */
  long words(long count) {
    return bytes(Math.multiplyExact(4L, count));
  }

  long bytes(long size) {
    long block = next;
    long rounded = Math.addExact(size, LINE - 1) / LINE * LINE;
    next = Math.addExact(next, rounded);
    if (size > LARGE_BYTES) {
      // Blocks of equal size a power of two apart would compete for the same cache sets.
      next += LINE * (7 * (large % 9) + 1);
      large++;
    }
    return block;
  }

  /** Bytes carved so far. */
  long carved() {
    return next - start;
  }
}

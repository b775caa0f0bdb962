package io.charlstm.runtime.safetensors;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Copies and checks runs of elements between native order in memory and little-endian bytes. */
final class Elements {
  /** Bytes moved at a time; a multiple of every element size. */
  static final int CHUNK_BYTES = 64 * 1024;

  // IEEE 754: all exponent bits are set in infinities and NaN, and in nothing else.
  private static final int FLOAT_EXPONENT = 0x7f80_0000;
  private static final long DOUBLE_EXPONENT = 0x7ff0_0000_0000_0000L;

  private static final ValueLayout.OfInt FILE_INT = little(ValueLayout.JAVA_INT_UNALIGNED);
  private static final ValueLayout.OfLong FILE_LONG = little(ValueLayout.JAVA_LONG_UNALIGNED);

  private Elements() {}

  private static ValueLayout.OfInt little(ValueLayout.OfInt layout) {
    return layout.withOrder(ByteOrder.LITTLE_ENDIAN);
  }

  private static ValueLayout.OfLong little(ValueLayout.OfLong layout) {
    return layout.withOrder(ByteOrder.LITTLE_ENDIAN);
  }

  /** Copies file bytes at the start of {@code chunk} to elements at a byte offset. */
  static void fromFile(MemorySegment chunk, MemorySegment to, long offset, DType dtype, int bytes) {
    switch (dtype.bytes()) {
      case 4 ->
          MemorySegment.copy(
              chunk, FILE_INT, 0, to, ValueLayout.JAVA_INT_UNALIGNED, offset, bytes / 4);
      case 8 ->
          MemorySegment.copy(
              chunk, FILE_LONG, 0, to, ValueLayout.JAVA_LONG_UNALIGNED, offset, bytes / 8);
      default -> MemorySegment.copy(chunk, 0, to, offset, bytes);
    }
  }

  /** Copies elements at a byte offset to file bytes at the start of {@code chunk}. */
  static void toFile(MemorySegment from, long offset, MemorySegment chunk, DType dtype, int bytes) {
    switch (dtype.bytes()) {
      case 4 ->
          MemorySegment.copy(
              from, ValueLayout.JAVA_INT_UNALIGNED, offset, chunk, FILE_INT, 0, bytes / 4);
      case 8 ->
          MemorySegment.copy(
              from, ValueLayout.JAVA_LONG_UNALIGNED, offset, chunk, FILE_LONG, 0, bytes / 8);
      default -> MemorySegment.copy(from, offset, chunk, 0, bytes);
    }
  }

  /** Index in the chunk of the first NaN or infinity, or -1; always -1 for integers. */
  static int firstNonFinite(MemorySegment chunk, DType dtype, int bytes) {
    return switch (dtype) {
      case F32 -> {
        // Bulk copies first: before it is compiled, a segment's element costs a hundred times one
        // of an array, and a program that has just started reads a model with it.
        int[] bits = new int[bytes / 4];
        MemorySegment.copy(chunk, FILE_INT, 0, bits, 0, bits.length);
        yield firstNonFinite(bits);
      }
      case F64 -> {
        long[] bits = new long[bytes / 8];
        MemorySegment.copy(chunk, FILE_LONG, 0, bits, 0, bits.length);
        yield firstNonFinite(bits);
      }
      default -> -1;
    };
  }

  private static int firstNonFinite(int[] bits) {
    for (int i = 0; i < bits.length; i++) {
      if ((bits[i] & FLOAT_EXPONENT) == FLOAT_EXPONENT) {
        return i;
      }
    }
    return -1;
  }

  private static int firstNonFinite(long[] bits) {
    for (int i = 0; i < bits.length; i++) {
      if ((bits[i] & DOUBLE_EXPONENT) == DOUBLE_EXPONENT) {
        return i;
      }
    }
    return -1;
  }
}

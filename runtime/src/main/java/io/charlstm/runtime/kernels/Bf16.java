package io.charlstm.runtime.kernels;

import static io.charlstm.runtime.kernels.Floats.ALL;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * bfloat16, the upper half of a float32: 8 bits of precision and float32's range. Reads and writes
 * at absolute native addresses; nothing is checked.
 */
public final class Bf16 {
  private static final int ROUNDING = 0x7fff;
  static final int QUIET = 0x40;

  private Bf16() {}

  /** The nearest bfloat16, of two equally near ones the even; NaN stays NaN, as oneDNN has it. */
  public static short round(float value) {
    int bits = Float.floatToRawIntBits(value);
    int upper = bits >>> 16;
    if (Float.isNaN(value)) {
      return (short) (upper | QUIET);
    }
    return (short) ((bits + ROUNDING + (upper & 1)) >>> 16);
  }

  /** The same value as a float. */
  public static float widen(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  static float get(long address) {
    return widen(ALL.get(JAVA_SHORT_UNALIGNED, address));
  }

  static void set(long address, float value) {
    ALL.set(JAVA_SHORT_UNALIGNED, address, round(value));
  }

  /** Rounds floats of one row from element {@code from} on. */
  static void roundRow(long source, long destination, int from, int width) {
    for (long j = from; j < width; j++) {
      set(destination + 2 * j, Floats.get(source + 4 * j));
    }
  }

  /** The floats of one row from element {@code from} on. */
  static void widenRow(long source, long destination, int from, int width) {
    for (long j = from; j < width; j++) {
      Floats.set(destination + 4 * j, get(source + 2 * j));
    }
  }

  /** Copies {@code count} values. */
  public static void copy(long source, long destination, long count) {
    MemorySegment.copy(ALL, source, ALL, destination, 2 * count);
  }

  public static void zero(long address, long count) {
    ALL.asSlice(address, 2 * count).fill((byte) 0);
  }

  /** Copies {@code count} values out to an array. */
  public static void read(long address, float[] destination, int offset, int count) {
    for (int i = 0; i < count; i++) {
      destination[offset + i] = get(address + 2L * i);
    }
  }

  /** Rounds {@code count} values of an array in. */
  public static void write(long address, float[] source, int offset, int count) {
    for (int i = 0; i < count; i++) {
      set(address + 2L * i, source[offset + i]);
    }
  }
}

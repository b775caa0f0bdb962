package io.charlstm.runtime.kernels;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import io.charlstm.bindings.memory.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Reads and writes of 32-bit values at absolute native addresses; nothing is checked. */
public final class Floats {
  /** The whole address space: one static segment costs no scope check at each access. */
  public static final MemorySegment ALL = NativeMemory.everything();

  private Floats() {}

  public static float get(long address) {
    return ALL.get(JAVA_FLOAT_UNALIGNED, address);
  }

  public static void set(long address, float value) {
    ALL.set(JAVA_FLOAT_UNALIGNED, address, value);
  }

  public static int getInt(long address) {
    return ALL.get(JAVA_INT_UNALIGNED, address);
  }

  public static void setInt(long address, int value) {
    ALL.set(JAVA_INT_UNALIGNED, address, value);
  }

  public static void copy(long source, long destination, long count) {
    MemorySegment.copy(ALL, source, ALL, destination, 4 * count);
  }

  /** Exchanges two runs of {@code count} values. */
  public static void exchange(long first, long second, long count) {
    for (long j = 0; j < 4 * count; j += 4) {
      int kept = getInt(first + j);
      setInt(first + j, getInt(second + j));
      setInt(second + j, kept);
    }
  }

  public static void zero(long address, long count) {
    ALL.asSlice(address, 4 * count).fill((byte) 0);
  }

  /** Sets {@code count} ints; in bulk, as plans are made while loops are interpreted. */
  public static void fillInts(long address, int value, int count) {
    int[] values = new int[count];
    Arrays.fill(values, value);
    MemorySegment.copy(values, 0, ALL, JAVA_INT_UNALIGNED, address, count);
  }

  /** Copies {@code count} values out to an array. */
  public static void read(long address, float[] destination, int offset, int count) {
    MemorySegment.copy(ALL, JAVA_FLOAT_UNALIGNED, address, destination, offset, count);
  }

  /** Copies {@code count} values in from an array. */
  public static void write(long address, float[] source, int offset, int count) {
    MemorySegment.copy(source, offset, ALL, JAVA_FLOAT_UNALIGNED, address, count);
  }
}

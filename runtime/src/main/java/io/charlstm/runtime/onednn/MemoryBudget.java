package io.charlstm.runtime.onednn;

import com.sun.management.OperatingSystemMXBean;
import io.charlstm.bindings.memory.NativeMemory;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/** Refuses allocations that cannot succeed before they are tried. */
final class MemoryBudget {
  /** Bytes that every machine has; asking how many it has takes a while the first time. */
  private static final long SMALL = 64 << 20;

  private MemoryBudget() {}

  /**
   * Allocates a zeroed slab.
   *
   * @param what whose memory it is, for the message
   * @throws IllegalArgumentException if the machine (or its container) has less memory
   */
  static NativeMemory allocate(String what, long bytes) {
    require(what, bytes);
    return NativeMemory.allocateHuge(Math.max(bytes, 1));
  }

  /** Throws as {@link #allocate} does, without allocating. */
  static void require(String what, long bytes) {
    if (bytes <= SMALL) {
      return;
    }
    long total = machineBytes();
    if (bytes > total) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s needs %d bytes (%.1f GiB) of memory, this machine has %d (%.1f GiB)",
              what,
              bytes,
              bytes / 0x1p30,
              total,
              total / 0x1p30));
    }
  }

  /** The refusal when the number of bytes is beyond 64-bit arithmetic. */
  static IllegalArgumentException tooLarge(String what, ArithmeticException cause) {
    return new IllegalArgumentException(
        what + " needs more than " + Long.MAX_VALUE + " bytes of memory", cause);
  }

  private static long machineBytes() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Long.MAX_VALUE;
  }
}

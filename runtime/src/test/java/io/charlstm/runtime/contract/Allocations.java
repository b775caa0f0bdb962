package io.charlstm.runtime.contract;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts what a piece of work allocates on the Java heap. */
final class Allocations {
  /** Bytes a run that count as none: iterators, and a pass object of the caller. */
  static final long NEXT_TO_NOTHING = 512;

  private static final int ROUNDS = 400;
  private static final int RUNS = 20;

  private Allocations() {}

  /**
   * Bytes that all threads together allocate for each run once it is compiled: the least of some
   * rounds, because calls into native code and vectors allocate while they are interpreted. Ends
   * with the first round that allocates next to nothing.
   */
  static long perRun(Runnable work) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS && least >= NEXT_TO_NOTHING; round++) {
      long before = threads.getTotalThreadAllocatedBytes();
      for (int i = 0; i < RUNS; i++) {
        work.run();
      }
      least = Math.min(least, (threads.getTotalThreadAllocatedBytes() - before) / RUNS);
    }
    return least;
  }
}

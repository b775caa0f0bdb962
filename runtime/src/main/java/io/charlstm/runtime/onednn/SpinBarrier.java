package io.charlstm.runtime.onednn;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A barrier for threads that meet every few microseconds or milliseconds: waiting spins, then
 * yields; where there are more threads than processors it yields at once. Aborting it frees those
 * who wait, with {@link Aborted}.
 */
final class SpinBarrier {
  /** About half a millisecond of spinning. */
  private static final int SPINS = 20_000;

  private final SpinBarrier whole;
  private final int parties;
  private final int spins;
  private final AtomicInteger arrived = new AtomicInteger();
  private volatile int generation;
  private volatile boolean aborted;

  SpinBarrier(int parties) {
    this.whole = this;
    this.parties = parties;
    this.spins = parties > Runtime.getRuntime().availableProcessors() ? 0 : SPINS;
  }

  private SpinBarrier(int parties, SpinBarrier whole) {
    this.whole = whole;
    this.parties = parties;
    this.spins = whole.spins;
  }

  /**
   * A barrier for some of the parties of this one. It spins as this one does, since all of them
   * want a processor, and is aborted with it.
   */
  SpinBarrier among(int some) {
    return new SpinBarrier(some, this);
  }

  /** Waits for all parties. */
  void await() {
    int current = generation;
    if (arrived.incrementAndGet() == parties) {
      arrived.set(0);
      generation = current + 1;
      return;
    }
    int tries = 0;
    while (generation == current) {
      if (whole.aborted) {
        throw new Aborted();
      }
      pause(tries++);
    }
  }

  void abort() {
    aborted = true;
  }

  /** Makes the barrier usable again; only while nobody waits. */
  void reset() {
    arrived.set(0);
    aborted = false;
  }

  /** One try of a busy wait: cheap at first, then leaving the processor to others. */
  @SuppressWarnings("ThreadPriorityCheck") // right whatever the scheduler does
  void pause(int tries) {
    if (tries < spins) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }

  /** Another party failed; carries no information of its own. */
  static final class Aborted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Aborted() {
      super("another worker failed", null, false, false);
    }
  }
}

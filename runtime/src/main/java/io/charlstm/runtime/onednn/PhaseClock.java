package io.charlstm.runtime.onednn;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where the time of a backend's jobs goes, as the calling thread, worker 0, sees it. For
 * benchmarks: {@link OneDnnBackend#timePhases} attaches one; without it a job asks no clock. Of use
 * to one thread at a time.
 */
public final class PhaseClock {
  /** A part of a training step, or what comes between. */
  public enum Phase {
    /** Derived weights: summed biases, the table of layer 0, packed or transposed copies. */
    PACK,
    /** All layers through time. */
    FORWARD,
    /** Output projection, loss and their gradient. */
    HEAD,
    /** All layers back through time. */
    BACKWARD,
    /** Gradients of the parameters. */
    GRADIENTS,
    /** Norm, clipping and update rule. */
    UPDATE,
    /** Waiting for other workers, within any of the others. */
    WAIT,
    /** Between two jobs: the caller's own work, and bringing the tokens in. */
    OUTSIDE
  }

  private final Map<Phase, AtomicLong> nanos = new EnumMap<>(Phase.class);
  private Thread caller;
  private long last;
  private long waited;

  public PhaseClock() {
    for (Phase phase : Phase.values()) {
      nanos.put(phase, new AtomicLong());
    }
  }

  /** Forgets what was measured; the time until the next job is not counted. */
  public void reset() {
    nanos.values().forEach(sum -> sum.set(0));
    caller = null;
  }

  /** Nanoseconds spent in a phase since the last {@link #reset}. */
  public long nanos(Phase phase) {
    return nanos.get(phase).get();
  }

  /** A job starts on the calling thread. */
  void started() {
    if (caller == null) {
      last = System.nanoTime();
      waited = 0;
      caller = Thread.currentThread();
    } else {
      ended(Phase.OUTSIDE);
    }
  }

  /** Everything since the last call, waiting apart, was this phase. */
  void ended(Phase phase) {
    long now = System.nanoTime();
    add(phase, now - last - waited);
    add(Phase.WAIT, waited);
    waited = 0;
    last = now;
  }

  private void add(Phase phase, long elapsed) {
    var _ = nanos.get(phase).addAndGet(elapsed);
  }

  /** Begin of waiting, to be handed to {@link #waited}; counts on the calling thread only. */
  long waiting() {
    return System.nanoTime();
  }

  void waited(long since) {
    if (Thread.currentThread() == caller) {
      waited += System.nanoTime() - since;
    }
  }
}

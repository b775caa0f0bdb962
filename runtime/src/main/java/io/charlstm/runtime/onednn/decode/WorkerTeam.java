package io.charlstm.runtime.onednn.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that run one job together with the caller, and meet at rendezvous inside it. They wait by
 * spinning while a job runs and for a moment after it, then park, so that an idle decoder uses no
 * CPU and one that is called token by token finds them awake.
 *
 * <p>Worker 0 is the caller. Threads start with the first job that needs them.
 */
final class WorkerTeam implements AutoCloseable {

  /** What the workers of a job run, each with its own id. */
  @FunctionalInterface
  interface Job {
    void run(int worker, int workers);
  }

  // A job is one long, number << 16 | workers: a worker sees both or neither.
  private static final int WORKERS_BITS = 16;
  private static final long CLOSED = -1;

  /** Longs from one worker's flag to the next: two cache lines, as lines are fetched in pairs. */
  private static final int STRIDE = 16;

  /** About 50 microseconds, in which many units are multiplied. */
  private static final int SPINS_BEFORE_YIELD = 4000;

  private static final int LONG_WAITS = 3;
  private static final long IDLE_SPIN_NANOS = 60_000;
  private static final VarHandle FLAG = MethodHandles.arrayElementVarHandle(long[].class);

  private final Job job;
  private final Helper[] helpers;
  private final long[] arrived;
  private final long[] epochs;
  private volatile long current;
  private volatile Throwable failure;
  private boolean started;
  private int longWaits;

  /**
   * A team that has not started its threads.
   *
   * @param size number of workers, the caller included
   */
  WorkerTeam(int size, Job job) {
    this.job = job;
    helpers = new Helper[size - 1];
    arrived = new long[(size + 1) * STRIDE];
    epochs = new long[(size + 1) * STRIDE];
  }

  /** Workers at most, the caller included. */
  int size() {
    return helpers.length + 1;
  }

  /** Whether the caller has had to wait long, again and again, in the running job. */
  boolean slow() {
    return longWaits >= LONG_WAITS;
  }

  /** Runs the job on the first {@code workers} workers and waits for all of them. */
  void run(int workers) {
    if (workers == 1) {
      job.run(0, 1);
      return;
    }
    start();
    longWaits = 0;
    long epoch = epochs[STRIDE];
    for (int i = 1; i < workers; i++) {
      epochs[(i + 1) * STRIDE] = epoch;
    }
    current = ((current >>> WORKERS_BITS) + 1) << WORKERS_BITS | workers;
    for (int i = 0; i < workers - 1; i++) {
      if (helpers[i].parked) {
        LockSupport.unpark(helpers[i].thread);
      }
    }
    try {
      job.run(0, workers);
    } catch (RuntimeException | Error e) {
      failure = e;
      throw e;
    }
    arrive(0);
    await(0, workers);
  }

  private void start() {
    if (failure != null) {
      throw new IllegalStateException("the decoder failed before", failure);
    }
    if (started) {
      return;
    }
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Helper(i + 1);
    }
    for (Helper helper : helpers) {
      helper.thread.start();
    }
    started = true;
  }

  /** Tells the other workers of the job that this one has come here. */
  void arrive(int worker) {
    int own = (worker + 1) * STRIDE;
    long epoch = epochs[own] + 1;
    epochs[own] = epoch;
    FLAG.setRelease(arrived, own, epoch);
  }

  /** Waits until all workers of the job have arrived as often as this one. */
  void await(int worker, int workers) {
    long epoch = epochs[(worker + 1) * STRIDE];
    for (int other = 0; other < workers; other++) {
      int spins = 0;
      while ((long) FLAG.getAcquire(arrived, (other + 1) * STRIDE) < epoch) {
        if (++spins < SPINS_BEFORE_YIELD) {
          Thread.onSpinWait();
        } else {
          longWaits += worker == 0 && spins == SPINS_BEFORE_YIELD ? 1 : 0;
          giveWay();
        }
      }
    }
  }

  // More workers than free processors: spinning on would only keep the awaited one from running.
  @SuppressWarnings("ThreadPriorityCheck")
  private void giveWay() {
    if (failure != null) {
      throw new IllegalStateException("a worker of the decoder failed", failure);
    }
    Thread.yield();
  }

  @Override
  public void close() {
    if (!started) {
      return;
    }
    current = CLOSED;
    boolean interrupted = false;
    for (Helper helper : helpers) {
      LockSupport.unpark(helper.thread);
    }
    for (Helper helper : helpers) {
      while (helper.thread.isAlive()) {
        try {
          helper.thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Helper implements Runnable {
    private final int worker;
    private final Thread thread;
    private volatile boolean parked;

    Helper(int worker) {
      this.worker = worker;
      thread = Thread.ofPlatform().daemon().name("charlstm-decoder-" + worker).unstarted(this);
    }

    @Override
    public void run() {
      long seen = 0;
      while (true) {
        seen = awaitJob(seen);
        if (seen == CLOSED) {
          return;
        }
        int workers = (int) (seen & ((1 << WORKERS_BITS) - 1));
        if (worker < workers && !work(workers)) {
          return;
        }
      }
    }

    private boolean work(int workers) {
      try {
        job.run(worker, workers);
      } catch (RuntimeException | Error e) {
        failure = e;
        return false;
      }
      arrive(worker);
      return true;
    }

    private long awaitJob(long seen) {
      long until = System.nanoTime() + IDLE_SPIN_NANOS;
      int spins = 0;
      while (current == seen) {
        if ((++spins & 63) != 0 || System.nanoTime() - until < 0) {
          Thread.onSpinWait();
          continue;
        }
        parked = true;
        // Looks again after the flag is up: either the caller sees it, or this sees the job.
        while (current == seen) {
          LockSupport.park(this);
        }
        parked = false;
      }
      return current;
    }
  }
}

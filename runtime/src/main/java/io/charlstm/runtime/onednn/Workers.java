package io.charlstm.runtime.onednn;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A fixed team of threads that runs one job at a time. The calling thread is worker 0; the others
 * are daemon threads that spin for the next job for a few milliseconds and then sleep, so that an
 * idle team uses no processor time. Callers from several threads take turns.
 */
final class Workers implements AutoCloseable {
  private static final long IDLE_NANOS = 5_000_000;
  private static final int TRIES_PER_CLOCK_READ = 64;

  /** What every worker does; may meet the others at {@link Workers#barrier()}. */
  @FunctionalInterface
  interface Job {
    void run(int worker);
  }

  /** What a thread needs set while it computes. */
  interface ThreadSetting {
    ThreadSetting NONE =
        new ThreadSetting() {
          @Override
          public int enter() {
            return 0;
          }

          @Override
          public void leave(int before) {
            // Nothing was set.
          }
        };

    /** Makes the setting in the calling thread and returns what was there. */
    int enter();

    /** Sets what {@link #enter} returned. */
    void leave(int before);
  }

  private final int count;
  private final ThreadSetting setting;
  private final SpinBarrier barrier;
  private final Thread[] threads;
  private final AtomicInteger finished = new AtomicInteger();
  private final AtomicInteger sleeping = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final ReentrantLock turn = new ReentrantLock();
  private final AtomicInteger jobNumber = new AtomicInteger();
  private volatile boolean closed;
  private Job job;
  private PhaseClock clock;

  /**
   * Starts the team.
   *
   * @param count workers, the calling thread included; at least 1
   * @param setting made once in each new thread; in the caller for the time of each job
   */
  Workers(int count, ThreadSetting setting) {
    this.count = count;
    this.setting = setting;
    this.barrier = new SpinBarrier(count);
    this.threads = new Thread[count - 1];
    for (int i = 0; i < threads.length; i++) {
      int worker = i + 1;
      threads[i] =
          Thread.ofPlatform().daemon().name("charlstm-worker-" + worker).start(() -> serve(worker));
    }
  }

  int count() {
    return count;
  }

  /** Attaches a clock to the jobs to come; null detaches it. */
  void timePhases(PhaseClock newClock) {
    turn.lock();
    try {
      clock = newClock;
    } finally {
      turn.unlock();
    }
  }

  /** Ends a phase of the job for an attached clock, which follows worker 0. */
  void ended(int worker, PhaseClock.Phase phase) {
    if (clock != null && worker == 0) {
      clock.ended(phase);
    }
  }

  /** Meets the other workers; every worker of the job must call it equally often. */
  void barrier() {
    if (count > 1) {
      meet(barrier);
    }
  }

  /** A barrier for some of the workers, freed like that of all when one of a job fails. */
  SpinBarrier group(int members) {
    return barrier.among(members);
  }

  /** Meets the other workers of a {@link #group}. */
  void meet(SpinBarrier group) {
    if (clock == null) {
      group.await();
    } else {
      long since = clock.waiting();
      group.await();
      clock.waited(since);
    }
  }

  /**
   * Runs a job on every worker and waits for all.
   *
   * @throws IllegalStateException if the team is closed
   */
  void run(Job newJob) {
    turn.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the backend is closed");
      }
      int before = setting.enter();
      try {
        if (clock != null) {
          clock.started();
        }
        job = newJob;
        finished.set(0);
        jobNumber.incrementAndGet();
        wakeSleepers();
        runGuarded(newJob, 0);
        awaitFinish();
        job = null;
      } finally {
        setting.leave(before);
      }
      rethrowFailure();
    } finally {
      turn.unlock();
    }
  }

  private void runGuarded(Job current, int worker) {
    try {
      current.run(worker);
    } catch (SpinBarrier.Aborted _) {
      // The worker that failed first has reported.
    } catch (Throwable thrown) {
      failure.compareAndSet(null, thrown);
      barrier.abort();
    }
  }

  private void awaitFinish() {
    long since = clock == null ? 0 : clock.waiting();
    int tries = 0;
    while (finished.get() < count - 1) {
      barrier.pause(tries++);
    }
    if (clock != null) {
      clock.waited(since);
    }
  }

  private void rethrowFailure() {
    Throwable thrown = failure.getAndSet(null);
    if (thrown == null) {
      return;
    }
    barrier.reset();
    switch (thrown) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(thrown);
    }
  }

  private void wakeSleepers() {
    if (sleeping.get() > 0) {
      for (Thread thread : threads) {
        LockSupport.unpark(thread);
      }
    }
  }

  private void serve(int worker) {
    Throwable unprepared = prepareFailure();
    int served = 0;
    while (true) {
      awaitJob(served);
      if (closed) {
        return;
      }
      served++;
      if (unprepared == null) {
        runGuarded(job, worker);
      } else {
        failure.compareAndSet(null, unprepared);
        barrier.abort();
      }
      finished.incrementAndGet();
    }
  }

  private Throwable prepareFailure() {
    try {
      var _ = setting.enter();
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  private void awaitJob(int served) {
    int tries = 0;
    long idleSince = System.nanoTime();
    while (jobNumber.get() == served && !closed) {
      barrier.pause(tries++);
      if (tries % TRIES_PER_CLOCK_READ == 0 && System.nanoTime() - idleSince > IDLE_NANOS) {
        sleep(served);
      }
    }
  }

  private void sleep(int served) {
    sleeping.incrementAndGet();
    try {
      while (jobNumber.get() == served && !closed) {
        LockSupport.park(this);
      }
    } finally {
      sleeping.decrementAndGet();
    }
  }

  /** Ends the threads, waiting for a job that runs. */
  @Override
  public void close() {
    turn.lock();
    try {
      closed = true;
      wakeSleepers();
    } finally {
      turn.unlock();
    }
    for (Thread thread : threads) {
      joinUninterruptibly(thread);
    }
  }

  private static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

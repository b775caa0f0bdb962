package io.charlstm.runtime.cudnn;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The one thread that makes a backend's CUDA calls: a CUDA context is current for a thread of the
 * operating system, so callers of any kind, virtual threads included, hand their work over and wait
 * until it is done. Calls of different threads take turns; an interrupt does not break off a call.
 */
public final class DeviceThread implements AutoCloseable {
  private final ReentrantLock turn = new ReentrantLock(true);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Condition finished = lock.newCondition();
  private final Thread thread;
  private Supplier<?> task;
  private Object result;
  private Throwable failure;
  private boolean ending;

  /**
   * Starts the thread, a daemon.
   *
   * @param name of the thread
   */
  public DeviceThread(String name) {
    thread = Thread.ofPlatform().daemon().name(name).unstarted(this::serve);
    thread.start();
  }

  /**
   * Runs {@code work} on the device thread and returns its result; what it throws is thrown here
   * unchanged. On the device thread itself the work is run at once.
   *
   * @throws IllegalStateException if this thread was closed
   */
  public <T> T call(Supplier<T> work) {
    if (Thread.currentThread() == thread) {
      return work.get();
    }
    turn.lock();
    try {
      return handOver(work);
    } finally {
      turn.unlock();
    }
  }

  /** As {@link #call}, without a result. */
  public void run(Runnable work) {
    if (Thread.currentThread() == thread) {
      work.run();
      return;
    }
    call(
        () -> {
          work.run();
          return null;
        });
  }

  /** Whether it still takes calls. */
  public boolean isOpen() {
    lock.lock();
    try {
      return !ending;
    } finally {
      lock.unlock();
    }
  }

  // The type of the result is that of the task, as only one task is under way.
  @SuppressWarnings("unchecked")
  private <T> T handOver(Supplier<T> work) {
    lock.lock();
    try {
      if (ending) {
        throw new IllegalStateException("this backend is closed");
      }
      task = work;
      arrived.signal();
      while (task != null) {
        finished.awaitUninterruptibly();
      }
      Throwable thrown = failure;
      T value = (T) result;
      failure = null;
      result = null;
      if (thrown != null) {
        throw DeviceThread.<RuntimeException>unchecked(thrown);
      }
      return value;
    } finally {
      lock.unlock();
    }
  }

  // A supplier throws nothing checked unless it hides it, and then it stays as it was.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E unchecked(Throwable thrown) throws E {
    throw (E) thrown;
  }

  private void serve() {
    lock.lock();
    try {
      while (true) {
        while (task == null && !ending) {
          arrived.awaitUninterruptibly();
        }
        if (task == null) {
          return;
        }
        try {
          result = task.get();
        } catch (Throwable e) { // whatever it is, it belongs to the caller
          failure = e;
        }
        task = null;
        finished.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread when its call under way is done. */
  @Override
  public void close() {
    lock.lock();
    try {
      ending = true;
      arrived.signal();
    } finally {
      lock.unlock();
    }
    if (Thread.currentThread() != thread) {
      joinUninterruptibly();
    }
  }

  private void joinUninterruptibly() {
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

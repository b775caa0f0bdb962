package io.charlstm.bench.phases;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;

/**
 * Times one kind of product alone, on operands that stay in the caches: every thread runs its own
 * at the same time, as the threads of a training step do.
 */
final class ProductTimer {
  private static final int WINDOWS = 3;
  private static final int MOST_CALLS_AT_ONCE = 32;

  /** Work between two looks at the clock, so that these do not count. */
  private static final double FLOPS_AT_ONCE = 4e6;

  private final int threads;
  private final double windowSeconds;

  ProductTimer(int threads, double windowSeconds) {
    this.threads = threads;
    this.windowSeconds = windowSeconds;
  }

  /** Nanoseconds of one call on each thread: the mean over threads in the best of a few windows. */
  double nanos(Product product) {
    CyclicBarrier barrier = new CyclicBarrier(threads);
    double[][] perCall = new double[threads][];
    Throwable[] failures = new Throwable[threads];
    Thread[] team = new Thread[threads];
    for (int i = 0; i < threads; i++) {
      int index = i;
      team[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      perCall[index] = windows(product, barrier);
                    } catch (RuntimeException | Error e) {
                      failures[index] = e;
                      barrier.reset();
                    }
                  });
    }
    for (int i = 0; i < threads; i++) {
      join(team[i]);
      if (failures[i] != null) {
        throw new IllegalStateException("cannot time " + product.label(), failures[i]);
      }
    }
    return best(perCall);
  }

  private double best(double[][] perCall) {
    double best = Double.POSITIVE_INFINITY;
    for (int window = 0; window < WINDOWS; window++) {
      double sum = 0;
      for (double[] one : perCall) {
        sum += one[window];
      }
      best = Math.min(best, sum / threads);
    }
    return best;
  }

  private double[] windows(Product product, CyclicBarrier barrier) {
    double[] perCall = new double[WINDOWS];
    try (ProductCall call = new ProductCall(product)) {
      int atOnce = (int) Math.clamp(FLOPS_AT_ONCE / product.flops(), 1, MOST_CALLS_AT_ONCE);
      var _ = window(call, atOnce);
      for (int i = 0; i < WINDOWS; i++) {
        meet(barrier);
        perCall[i] = window(call, atOnce);
      }
    }
    return perCall;
  }

  private double window(ProductCall call, int atOnce) {
    long start = System.nanoTime();
    long end = start + (long) (windowSeconds * 1e9);
    long calls = 0;
    long now;
    do {
      for (int i = 0; i < atOnce; i++) {
        call.run();
      }
      calls += atOnce;
      now = System.nanoTime();
    } while (now < end);
    return (double) (now - start) / calls;
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      var _ = barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException("another thread failed", e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}

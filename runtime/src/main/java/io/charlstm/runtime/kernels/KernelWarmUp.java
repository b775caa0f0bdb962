package io.charlstm.runtime.kernels;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs the kernels of a training step on numbers that nobody reads, in a thread of its own, until
 * the just-in-time compiler has done with them. Vector loops are hundreds of times slower before
 * that than after, so the first step of a process would take about a second; compiled while a
 * corpus is read, they cost it nothing.
 */
public final class KernelWarmUp {
  /** Compilation belongs to the process, and so does this. */
  private static final AtomicBoolean STARTED = new AtomicBoolean();

  private static final long LONGEST_NANOS = 1_500_000_000;
  private static final int ENOUGH_ROUNDS = 4000;
  private static final int ROWS = 8;
  private static final int HIDDEN = 96;
  private static final int VOCABULARY = 96;
  private static final long CELLS = (long) ROWS * HIDDEN;

  private final Kernels kernels;
  private final long block;
  private final UpdateStep step = new UpdateStep();

  private KernelWarmUp(Kernels kernels, long block) {
    this.kernels = kernels;
    this.block = block;
  }

  /** Starts the thread unless this process has had one; a daemon that ends by itself. */
  public static void start(Kernels kernels) {
    if (STARTED.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("charlstm-warm-up").start(() -> run(kernels));
    }
  }

  private static void run(Kernels kernels) {
    long end = System.nanoTime() + LONGEST_NANOS;
    try (Arena arena = Arena.ofConfined()) {
      KernelWarmUp warmUp = new KernelWarmUp(kernels, arena.allocate(4 * part(10), 64).address());
      for (int round = 0; round < ENOUGH_ROUNDS && System.nanoTime() < end; round++) {
        warmUp.cells();
        warmUp.loss();
        warmUp.update();
      }
    }
  }

  /** Floats before part {@code i} of the block, each of which holds (ROWS,4H). */
  private static long part(int i) {
    return 4 * CELLS * i;
  }

  private long at(int i) {
    return block + 4 * part(i);
  }

  private void cells() {
    int h = HIDDEN;
    kernels.lstmForward(
        at(0), at(1), 4L * h, at(2), at(3), at(4), at(5), h, at(6), h, ROWS, h, h, h);
    kernels.lstmBackward(
        at(1), 4L * h, at(2), at(4), at(5), h, at(6), h, at(7), at(8), ROWS, h, h, h);
  }

  // Token 0 is every target, as the memory of part 9 is never written.
  private void loss() {
    kernels.crossEntropy(at(0), at(9), at(8), ROWS, VOCABULARY);
    kernels.crossEntropyGradient(at(1), at(9), ROWS, VOCABULARY, 1);
    kernels.add(at(1), at(2), CELLS);
    kernels.addRows(at(1), at(2), HIDDEN, ROWS, HIDDEN);
  }

  private void update() {
    step.secondDecay = 1;
    step.rootSecondCorrection = 1;
    step.epsilon = 1;
    kernels.sumOfSquares(at(1), CELLS, 1);
    kernels.adam(at(2), at(1), at(3), at(4), CELLS, step);
    kernels.blend(at(3), at(2), CELLS, 0.5f);
    kernels.toBf16(at(5), HIDDEN, at(6), HIDDEN, ROWS, HIDDEN);
    kernels.fromBf16(at(6), HIDDEN, at(5), HIDDEN, ROWS, HIDDEN);
    kernels.dropout(at(5), HIDDEN, at(6), HIDDEN, ROWS, HIDDEN, 1, 0, HIDDEN, 1 << 30, 1);
  }
}

package io.charlstm.runtime.onednn.decode;

/**
 * How many workers a job gets and what they share out. It changes the speed only, never a result.
 */
class ThreadPolicy {
  /** Multiply-adds of a token from which a second thread pays in spite of one meeting a layer. */
  private static final long WORTH_SHARING = 16 << 10;

  /** Multiply-adds of a job from which waking parked threads pays. */
  private static final long WORTH_WAKING = 4 << 20;

  /** Packed weights, in floats, that stay in a core's second-level cache. */
  private static final long CACHED = 192 << 10;

  private final int threads;

  ThreadPolicy(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1: " + threads);
    }
    this.threads = threads;
  }

  /** Threads at most, the caller included. */
  int threads() {
    return threads;
  }

  /** Workers for a job of {@code rows} streams and {@code steps} tokens each. */
  int workers(DecoderShape shape, int rows, int steps, WorkerTeam team) {
    long step = shape.multiplyAdds() * rows;
    int most = Math.min(threads, Math.max(rows, shape.groups()));
    if (most == 1 || step < WORTH_SHARING) {
      return 1;
    }
    boolean pays = team.awake(most) || step * steps >= WORTH_WAKING;
    return pays ? most : 1;
  }

  /** Whether several streams are decoded by sharing out the units rather than the streams. */
  boolean shareUnits(DecoderShape shape, int rows, int workers) {
    if (rows < workers * DecoderKernels.TILE_ROWS) {
      return workers <= shape.groups();
    }
    return shape.multiplyAdds() > CACHED && shape.groups() % workers == 0;
  }
}

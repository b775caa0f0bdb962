package io.charlstm.runtime.onednn;

/** Splits n columns over workers in whole cache lines of 16 floats. */
final class Columns {
  private static final int UNIT = 16;

  private Columns() {}

  /** First column of a worker; that of worker {@code workers} is n. */
  static long begin(long n, int worker, int workers) {
    long units = Math.ceilDiv(n, UNIT);
    return Math.min(n, units * worker / workers * UNIT);
  }

  static long end(long n, int worker, int workers) {
    return begin(n, worker + 1, workers);
  }
}

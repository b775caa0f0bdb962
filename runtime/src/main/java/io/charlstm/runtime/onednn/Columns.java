package io.charlstm.runtime.onednn;

/** Splits n columns over workers in whole cache lines of 16 floats. */
final class Columns {
  private static final int UNIT = 16;

  private Columns() {}

  /** First column of a worker; that of worker {@code workers} is n. */
  static long begin(long n, int worker, int workers) {
    return Math.min(n, units(n) * worker / workers * UNIT);
  }

  /** Whole lines in n columns, the last may be short. */
  static long units(long n) {
    return Math.ceilDiv(n, UNIT);
  }

  /** Columns of the worker that has the most. */
  static long most(long n, int workers) {
    return Math.min(n, Math.ceilDiv(units(n), workers) * UNIT);
  }

  static long end(long n, int worker, int workers) {
    return begin(n, worker + 1, workers);
  }
}

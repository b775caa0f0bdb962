package io.charlstm.data;

import java.lang.foreign.MemorySegment;

/**
 * A text as windows (T,B), to train on or to score: epoch after epoch the same windows, in an order
 * that may depend on the epoch. One thread at a time.
 */
public interface TokenBatches {
  /** Target value of a place that is not scored. */
  int IGNORE = -1;

  /** B, lanes of a window. */
  int batchSize();

  /** T, most time steps of a window. */
  int sequenceLength();

  /** Windows in an epoch, at least 1. */
  long windows();

  /** Targets scored in an epoch. */
  long characters();

  /** Whether a window goes on from the state in which the one before it ended; else from zero. */
  boolean carriesState();

  /**
   * Puts the windows into the order of an epoch, which follows from the seed and the epoch alone.
   *
   * @param epoch from 0
   */
  default void startEpoch(long epoch) {}

  /** Time steps of a window, 1 to T. */
  int steps(long window);

  /** Targets of a window that are scored. */
  long scored(long window);

  /**
   * Writes at least the first {@link #steps} rows of a window. Allocates nothing.
   *
   * @param window 0 to {@link #windows()}-1
   * @param inputs (T,B) int32
   * @param targets (T,B) int32; {@link #IGNORE} where nothing is scored
   */
  void fill(long window, MemorySegment inputs, MemorySegment targets);
}

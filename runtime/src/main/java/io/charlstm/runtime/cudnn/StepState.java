package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.CorpusTraining;
import io.charlstm.runtime.LossSum;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A copy, in host memory, of the device's {@code StepState} in {@code common.cu}: byte offsets of
 * its fields and what they hold.
 *
 * @param copy {@link #BYTES} bytes
 */
record StepState(MemorySegment copy) {
  static final long BYTES = 224;

  static final long STEP = 0;
  static final long WINDOW = 8;
  static final long EPOCH_WINDOWS = 16;
  static final long CHUNK_FIRST = 24;
  static final long CHUNK_WINDOWS = 32;
  static final long CHUNK_OFFSET = 40;
  static final long DROPOUT_SEED = 48;
  static final long DROPOUT_STEP = 56;
  static final long UPDATES = 64;

  /** A {@code LossSum}: double nats, int64 count. */
  static final long STEP_LOSS = 72;

  static final long TOTAL_LOSS = 88;
  static final long SKIPPED = 104;
  static final long FIRST_SKIPPED = 112;
  static final long SKIPPED_IN_A_ROW = 120;
  static final long OVERFLOWS = 128;
  static final long LEARNING_RATE = 136;
  static final long CLIP_NORM = 144;
  static final long CLIP_VALUE = 152;
  static final long NORM = 160;
  static final long FINITE_NORM = 168;
  static final long LOSS_SCALE = 176;
  static final long LOSS_SCALE_INTERVAL = 180;
  static final long UPDATES_AT_SCALE = 184;
  static final long RESTART = 188;
  static final long APPLY = 192;
  static final long ELEMENT_BOUND = 196;
  static final long GRADIENT_FACTOR = 200;
  static final long INVERSE_LOSS_SCALE = 204;
  static final long PARAMETER_SCALE = 208;
  static final long STEP_SIZE = 212;
  static final long ROOT_SECOND_CORRECTION = 216;

  /** Bytes of a {@code LossSum}. */
  static final long LOSS_SUM_BYTES = 16;

  long step() {
    return getLong(STEP);
  }

  long window() {
    return getLong(WINDOW);
  }

  long updates() {
    return getLong(UPDATES);
  }

  /** Global gradient norm at the last update, before clipping by norm. */
  double norm() {
    return getDouble(NORM);
  }

  float lossScale() {
    return copy.get(ValueLayout.JAVA_FLOAT, LOSS_SCALE);
  }

  /** Undoes the loss scale that the gradients of the last update had. */
  float inverseLossScale() {
    return copy.get(ValueLayout.JAVA_FLOAT, INVERSE_LOSS_SCALE);
  }

  /** Steps over a text, since the results were reset, that only lowered the loss scale. */
  long overflows() {
    return getLong(OVERFLOWS);
  }

  /** Whether the last decision was to update. */
  boolean applied() {
    return copy.get(ValueLayout.JAVA_INT, APPLY) != 0;
  }

  /** What the steps over a text did since the results were reset. */
  CorpusTraining.Result result() {
    return new CorpusTraining.Result(
        lossSum(copy, TOTAL_LOSS),
        getDouble(FINITE_NORM),
        getLong(SKIPPED),
        getLong(FIRST_SKIPPED),
        getLong(SKIPPED_IN_A_ROW));
  }

  /** Reads a {@code LossSum}. */
  static LossSum lossSum(MemorySegment segment, long offset) {
    return new LossSum(
        segment.get(ValueLayout.JAVA_DOUBLE, offset),
        segment.get(ValueLayout.JAVA_LONG, offset + 8));
  }

  private long getLong(long offset) {
    return copy.get(ValueLayout.JAVA_LONG, offset);
  }

  private double getDouble(long offset) {
    return copy.get(ValueLayout.JAVA_DOUBLE, offset);
  }
}

package io.charlstm.runtime.onednn;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.kernels.Floats;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/**
 * Brings a window's tokens into the shards, checked: kernels use them as row numbers. Ghost rows
 * hold token 0 and no target from the start.
 */
final class TokenWindow {
  private final PlanShape shape;
  private final ShardBuffers[] shards;
  private long scored;

  TokenWindow(PlanShape shape, ShardBuffers[] shards) {
    this.shape = shape;
    this.shards = shards;
    for (ShardBuffers shard : shards) {
      Floats.fillInts(shard.targets, WindowPlan.IGNORE, Math.toIntExact(shape.shardTokens()));
    }
  }

  /**
   * Copies a window in.
   *
   * @param inputs int32 (steps,B)
   * @param targets int32 (steps,B)
   * @throws IllegalArgumentException if a segment is too short or a token is not in 0..V-1
   */
  void load(MemorySegment inputs, MemorySegment targets, int steps) {
    if (steps < 1 || steps > shape.sequenceLength()) {
      throw new IllegalArgumentException(
          "steps must be from 1 to " + shape.sequenceLength() + ": " + steps);
    }
    long bytes = 4L * steps * shape.batchSize();
    requireBytes("inputs", inputs, bytes);
    requireBytes("targets", targets, bytes);
    scored = 0;
    for (ShardBuffers shard : shards) {
      load(shard, inputs, targets, steps);
    }
  }

  /** Number of targets of the last window that are scored. */
  long scored() {
    return scored;
  }

  private void load(ShardBuffers shard, MemorySegment inputs, MemorySegment targets, int steps) {
    int rows = shape.rows();
    int real = shape.realRows(shard.index);
    for (int step = 0; step < steps; step++) {
      long lane = (long) step * shape.batchSize() + shape.firstLane(shard.index);
      long row = 4L * step * rows;
      for (int r = 0; r < real; r++) {
        int input = inputs.get(JAVA_INT_UNALIGNED, 4 * (lane + r));
        int target = targets.get(JAVA_INT_UNALIGNED, 4 * (lane + r));
        requireToken("input", input, 0, step, lane + r);
        requireToken("target", target, WindowPlan.IGNORE, step, lane + r);
        Floats.setInt(shard.inputs + row + 4L * r, input);
        Floats.setInt(shard.targets + row + 4L * r, target);
        if (target >= 0) {
          scored++;
        }
      }
    }
  }

  private void requireToken(String what, int token, int least, int step, long index) {
    if (token < least || token >= shape.vocabulary()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s token %d at step %d, lane %d is outside of the vocabulary of %d",
              what,
              token,
              step,
              index % shape.batchSize(),
              shape.vocabulary()));
    }
  }

  private static void requireBytes(String what, MemorySegment segment, long bytes) {
    if (segment.byteSize() < bytes) {
      throw new IllegalArgumentException(
          what + " has " + segment.byteSize() + " bytes, the window needs " + bytes);
    }
  }
}

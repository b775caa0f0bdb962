package io.charlstm.runtime.onednn;

/** Address arithmetic over a shard's time-major buffers. */
final class Steps {
  private final PlanShape shape;
  private final long gateStride;
  private final long cellStride;
  private final long squashedStride;

  Steps(PlanShape shape) {
    this.shape = shape;
    long block = shape.training() ? 4L * shape.rows() * shape.hidden() : 0;
    this.gateStride = 4 * block;
    this.cellStride = block;
    this.squashedStride = block;
  }

  long stacked(ShardBuffers shard, int layer, int step) {
    return shard.stacked[layer] + stackedOffset(layer, step);
  }

  /** Gradient of [x,h] of a step; stays until as many steps later as the ring has slots. */
  long stackedGradient(ShardBuffers shard, int layer, int step) {
    return shard.stackedGradients[layer] + stackedOffset(layer, step % shape.gradientSlots(layer));
  }

  private long stackedOffset(int layer, int step) {
    return 4L * step * shape.rows() * shape.width(layer);
  }

  /** Where h that step {@code step} reads begins in the first row of [x,h]. */
  long hidden(ShardBuffers shard, int layer, int step) {
    return stacked(shard, layer, step) + 4L * shape.inputWidth(layer);
  }

  long preactivations(ShardBuffers shard, int step) {
    long slot = shape.batchedInput() ? step % shape.chunk() : 0;
    return shard.preactivations + 16 * slot * shape.rows() * shape.hidden();
  }

  long gates(ShardBuffers shard, int layer, int step) {
    return shard.gates[layer] + step * gateStride;
  }

  /** c before step {@code step}. */
  long cells(ShardBuffers shard, int layer, int step) {
    return shard.cells[layer] + step * cellStride;
  }

  long squashed(ShardBuffers shard, int layer, int step) {
    return shard.squashed[layer] + step * squashedStride;
  }

  /** Address of step {@code step} in a dense (T,R,H) buffer. */
  long output(long buffer, int step) {
    return buffer + 4L * step * shape.rows() * shape.hidden();
  }

  /** What the output projection reads: its first row at the first step. */
  long projected(ShardBuffers shard) {
    return shape.separateOutput() ? shard.output : hidden(shard, shape.layers() - 1, 1);
  }

  /** Elements from one row of {@link #projected} to the next. */
  long projectedStride() {
    return shape.separateOutput() ? shape.hidden() : shape.width(shape.layers() - 1);
  }
}

package io.charlstm.runtime.onednn;

/** Address arithmetic over a shard's time-major buffers. */
final class Steps {
  private final PlanShape shape;
  private final long bytes;
  private final long gateStep;
  private final long cellStep;

  Steps(PlanShape shape) {
    this.shape = shape;
    this.bytes = shape.storage().bytes();
    long rows = shape.training() ? shape.rows() : 0;
    this.gateStep = bytes * rows * shape.gateStride();
    this.cellStep = 4 * rows * shape.hidden();
  }

  /** In the plan's storage, like all that says nothing else about it. */
  long stacked(ShardBuffers shard, int layer, int step) {
    return shard.stacked[layer] + bytes * stackedOffset(layer, step);
  }

  private long stackedOffset(int layer, int step) {
    return (long) step * shape.rows() * shape.stackedStride(layer);
  }

  /**
   * A slice's columns of the gradient of [x,h] of a step, float32: those of x, then those of h.
   * Stays for as many steps as the ring has slots.
   */
  long stackedGradient(ShardSlice slice, int layer, int step) {
    long slot = step % shape.gradientSlots(layer);
    return slice.stackedGradients[layer] + 4 * slot * shape.rows() * slice.gradientWidth(layer);
  }

  /** Where h that step {@code step} reads begins in the first row of [x,h]. */
  long hidden(ShardBuffers shard, int layer, int step) {
    return stacked(shard, layer, step) + bytes * shape.inputWidth(layer);
  }

  /** Those of a slice's units only (R,4 units), float32. */
  long preactivations(ShardSlice slice, int step) {
    long slot = shape.batchedInput() ? step % shape.chunk() : 0;
    return slice.preactivations + 16 * slot * shape.rows() * slice.units.count();
  }

  /** Later the gradients of the pre-activations. */
  long gates(ShardBuffers shard, int layer, int step) {
    return shard.gates[layer] + step * gateStep;
  }

  /** c before step {@code step}, float32. */
  long cells(ShardBuffers shard, int layer, int step) {
    return shard.cells[layer] + step * cellStep;
  }

  /** Float32. */
  long squashed(ShardBuffers shard, int layer, int step) {
    return shard.squashed[layer] + step * cellStep;
  }

  /** Where h goes besides the layer's own next [x,h]; 0 = nowhere. */
  long above(ShardBuffers shard, int layer, int step) {
    if (layer < shape.layers() - 1) {
      return stacked(shard, layer + 1, step);
    }
    return shape.separateOutput() ? output(shard, step) : 0;
  }

  /** Elements from one row of {@link #above} to the next. */
  long aboveStride(int layer) {
    return layer < shape.layers() - 1 ? shape.stackedStride(layer + 1) : shape.hidden();
  }

  /** The last layer's h of a step where it is kept apart (R,H). */
  long output(ShardBuffers shard, int step) {
    return shard.output + bytes * step * shape.rows() * shape.hidden();
  }

  /** Gradient of what the projection read of a step (R,H), float32. */
  long outputGradient(ShardBuffers shard, int step) {
    return shard.outputGradient + 4L * step * shape.rows() * shape.hidden();
  }

  /** What the output projection reads: its first row at the first step. */
  long projected(ShardBuffers shard) {
    return shape.separateOutput() ? shard.output : hidden(shard, shape.layers() - 1, 1);
  }

  /** The same of the first step that is a slice's part of the head. */
  long projected(ShardSlice slice) {
    return projected(slice.shard) + bytes * slice.firstRow * projectedStride();
  }

  /** Logits of the first step that is a slice's part of the head, float32. */
  long logits(ShardSlice slice) {
    return slice.shard.logits + 4 * slice.firstRow * shape.vocabulary();
  }

  /** The same of the logits' gradients as products read them. */
  long logitGradients(ShardSlice slice) {
    return slice.shard.logitGradients + bytes * slice.firstRow * shape.logitGradientStride();
  }

  /** Elements from one row of {@link #projected} to the next. */
  long projectedStride() {
    return shape.separateOutput() ? shape.hidden() : shape.stackedStride(shape.layers() - 1);
  }
}

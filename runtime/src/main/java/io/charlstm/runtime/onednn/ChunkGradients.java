package io.charlstm.runtime.onednn;

import io.charlstm.bindings.onednn.Sgemm;
import io.charlstm.runtime.kernels.Floats;

/**
 * One shard's part of the gradients of the stacked weights and of the table, added up chunk by
 * chunk behind the backward pass, some columns by each slice; see {@link
 * PlanShape#gradientsByChunk}.
 */
final class ChunkGradients {
  private final PlanContext context;
  private final PlanShape shape;
  private final Steps steps;

  ChunkGradients(PlanContext context) {
    this.context = context;
    this.shape = context.shape();
    this.steps = context.steps();
  }

  /**
   * Adds to the slice's columns the steps from {@code from} to before {@code to} of a layer.
   *
   * @param first whether it is the window's first chunk on the way back, which replaces
   */
  void add(ShardSlice slice, int layer, int from, int to, boolean first) {
    ShardBuffers shard = slice.shard;
    long gates = 4L * shape.hidden();
    long inner = shape.width(layer);
    Span columns = slice.gateColumns;
    Sgemm.run(
        true,
        false,
        inner,
        columns.count(),
        (long) (to - from) * shape.rows(),
        1,
        steps.stacked(shard, layer, from),
        shape.stackedStride(layer),
        steps.gates(shard, layer, from) + 4L * columns.first(),
        shape.gateStride(),
        first ? 0 : 1,
        shard.weightGradients[layer] + 4L * columns.first(),
        gates);
    if (layer == 0 && shape.table()) {
      for (int step = from; step < to; step++) {
        addToTable(shard, step, columns);
      }
    }
  }

  private void addToTable(ShardBuffers shard, int step, Span columns) {
    long gates = 4L * shape.hidden();
    long tokens = shard.inputs + 4L * step * shape.rows();
    long source = steps.gates(shard, 0, step) + 4L * columns.first();
    long stride = shape.gateStride();
    long target = shard.tableGradient + 4L * columns.first();
    for (long r = 0; r < shape.realRows(shard.index); r++) {
      long row = target + 4 * gates * Floats.getInt(tokens + 4 * r);
      context.kernels().add(row, source + 4 * stride * r, columns.count());
    }
  }
}

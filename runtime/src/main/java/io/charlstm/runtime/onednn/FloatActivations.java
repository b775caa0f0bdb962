package io.charlstm.runtime.onednn;

import io.charlstm.runtime.DropoutMask;
import io.charlstm.runtime.kernels.Floats;

/** Activations in float32: cells write where products read. */
final class FloatActivations implements Activations {
  private final PlanContext context;
  private final PlanShape shape;
  private final Steps steps;
  private final DropoutSites dropout;

  FloatActivations(PlanContext context, DropoutSites dropout) {
    this.context = context;
    this.shape = context.shape();
    this.steps = context.steps();
    this.dropout = dropout;
  }

  @Override
  public void embed(ShardSlice slice, int step) {
    int rows = shape.rows();
    long tokens = slice.shard.inputs + 4L * step * rows;
    int width = shape.config().embeddingSize();
    Span columns = slice.inputs[0];
    long embedding = context.parameters().embedding + 4L * columns.first();
    long stride = shape.stackedStride(0);
    long x = steps.stacked(slice.shard, 0, step) + 4L * columns.first();
    for (long r = 0; r < rows; r++) {
      long token = Floats.getInt(tokens + 4 * r);
      Floats.copy(embedding + 4 * token * width, x + 4 * r * stride, columns.count());
    }
    if (dropout.drops(DropoutMask.INPUT_SITE)) {
      dropout.apply(DropoutMask.INPUT_SITE, slice.shard, step, x, stride, columns, width);
    }
  }

  @Override
  public void forward(ShardSlice slice, int layer, int step) {
    ShardBuffers shard = slice.shard;
    long own = 4L * slice.units.first();
    long above = steps.above(shard, layer, step);
    long ownAbove = above == 0 ? 0 : above + own;
    long aboveStride = steps.aboveStride(layer);
    context
        .kernels()
        .lstmForward(
            steps.preactivations(slice, step),
            steps.gates(shard, layer, step) + own,
            shape.gateStride(),
            steps.cells(shard, layer, step) + own,
            steps.cells(shard, layer, step + 1) + own,
            steps.squashed(shard, layer, step) + own,
            steps.hidden(shard, layer, step + 1) + own,
            shape.stackedStride(layer),
            ownAbove,
            aboveStride,
            shape.rows(),
            slice.units.count(),
            shape.hidden(),
            shape.hidden());
    if (dropout.drops(layer + 1)) {
      dropout.apply(layer + 1, shard, step, ownAbove, aboveStride, slice.units, shape.hidden());
    }
  }

  @Override
  public int derivedGateWidth(ShardSlice slice) {
    return shape.hidden();
  }

  @Override
  public int derivedGateStride(ShardSlice slice) {
    return shape.gateStride();
  }

  @Override
  public long gatesToDerive(ShardSlice slice, int layer, int step) {
    return steps.gates(slice.shard, layer, step) + 4L * slice.units.first();
  }

  @Override
  public void keepGateGradients(ShardSlice slice, int layer, int step) {
    // Products read them where they are.
  }

  @Override
  public void keepLogitGradients(ShardSlice slice, int tokens) {
    // Products read them where they are.
  }

  @Override
  public void clear(ShardSlice slice, int first) {
    // Products read the steps of the window only.
  }
}

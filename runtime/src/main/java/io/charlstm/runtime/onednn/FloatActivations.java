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
  public void embed(ShardBuffers shard, int step) {
    int rows = shape.rows();
    long tokens = shard.inputs + 4L * step * rows;
    int width = shape.config().embeddingSize();
    long stride = shape.width(0);
    long x = steps.stacked(shard, 0, step);
    for (long r = 0; r < rows; r++) {
      long token = Floats.getInt(tokens + 4 * r);
      Floats.copy(context.parameters().embedding + 4 * token * width, x + 4 * r * stride, width);
    }
    if (dropout.drops(DropoutMask.INPUT_SITE)) {
      dropout.apply(DropoutMask.INPUT_SITE, shard, step, x, stride, width);
    }
  }

  @Override
  public void forward(ShardBuffers shard, int layer, int step) {
    long above = steps.above(shard, layer, step);
    long aboveStride = steps.aboveStride(layer);
    context
        .kernels()
        .lstmForward(
            steps.preactivations(shard, step),
            steps.gates(shard, layer, step),
            steps.cells(shard, layer, step),
            steps.cells(shard, layer, step + 1),
            steps.squashed(shard, layer, step),
            steps.hidden(shard, layer, step + 1),
            shape.width(layer),
            above,
            aboveStride,
            shape.rows(),
            shape.hidden(),
            shape.hidden());
    if (dropout.drops(layer + 1)) {
      dropout.apply(layer + 1, shard, step, above, aboveStride, shape.hidden());
    }
  }

  @Override
  public long gatesToDerive(ShardBuffers shard, int layer, int step) {
    return steps.gates(shard, layer, step);
  }

  @Override
  public void keepGateGradients(ShardBuffers shard, int layer, int step) {
    // Products read them where they are.
  }

  @Override
  public void keepLogitGradients(ShardBuffers shard, int tokens) {
    // Products read them where they are.
  }

  @Override
  public void endShortWindow(ShardBuffers shard, int count) {
    // Products read the steps of the window only.
  }
}

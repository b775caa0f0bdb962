package io.charlstm.runtime.onednn;

import io.charlstm.runtime.DropoutMask;
import io.charlstm.runtime.kernels.Floats;

/** All layers of one shard, forward through time. */
final class ForwardPass {
  private final PlanContext context;
  private final PlanShape shape;
  private final Steps steps;
  private final StepProducts products;
  private final DerivedWeights derived;
  private final DropoutSites dropout;

  ForwardPass(
      PlanContext context, StepProducts products, DerivedWeights derived, DropoutSites dropout) {
    this.context = context;
    this.shape = context.shape();
    this.steps = context.steps();
    this.products = products;
    this.derived = derived;
    this.dropout = dropout;
  }

  void run(ShardBuffers shard, int count) {
    int chunk = shape.chunk();
    for (int from = 0; from < count; from += chunk) {
      int to = Math.min(count, from + chunk);
      if (!shape.table()) {
        for (int step = from; step < to; step++) {
          embed(shard, step);
        }
      }
      for (int layer = 0; layer < shape.layers(); layer++) {
        for (int step = from; step < to; step++) {
          if (layer == 0 && shape.table()) {
            gather(shard, step);
          }
          products.forward(shard, layer, step);
          cell(shard, layer, step);
        }
      }
    }
  }

  /** Starts layer 0's pre-activations with the rows of the table that the tokens select. */
  private void gather(ShardBuffers shard, int step) {
    int rows = shape.rows();
    long tokens = shard.inputs + 4L * step * rows;
    long width = 4L * shape.hidden();
    long preactivations = steps.preactivations(shard, step);
    for (long r = 0; r < rows; r++) {
      long token = Floats.getInt(tokens + 4 * r);
      Floats.copy(derived.table + 4 * token * width, preactivations + 4 * r * width, width);
    }
  }

  /** Writes the tokens' embeddings to the x of layer 0, with input dropout. */
  private void embed(ShardBuffers shard, int step) {
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

  private void cell(ShardBuffers shard, int layer, int step) {
    boolean last = layer == shape.layers() - 1;
    long above = 0;
    long aboveStride = 0;
    if (!last) {
      above = steps.stacked(shard, layer + 1, step);
      aboveStride = shape.width(layer + 1);
    } else if (shape.separateOutput()) {
      above = steps.output(shard.output, step);
      aboveStride = shape.hidden();
    }
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
            shape.hidden());
    if (dropout.drops(layer + 1)) {
      dropout.apply(layer + 1, shard, step, above, aboveStride, shape.hidden());
    }
  }
}

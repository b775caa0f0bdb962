package io.charlstm.runtime.onednn;

import io.charlstm.runtime.kernels.Floats;

/** All layers of one shard, forward through time. */
final class ForwardPass {
  private final PlanShape shape;
  private final Steps steps;
  private final StepProducts products;
  private final DerivedWeights derived;
  private final Activations activations;

  ForwardPass(
      PlanContext context, StepProducts products, DerivedWeights derived, Activations activations) {
    this.shape = context.shape();
    this.steps = context.steps();
    this.products = products;
    this.derived = derived;
    this.activations = activations;
  }

  void run(ShardBuffers shard, int count) {
    int chunk = shape.chunk();
    for (int from = 0; from < count; from += chunk) {
      int to = Math.min(count, from + chunk);
      if (!shape.table()) {
        for (int step = from; step < to; step++) {
          activations.embed(shard, step);
        }
      }
      for (int layer = 0; layer < shape.layers(); layer++) {
        for (int step = from; step < to; step++) {
          if (layer == 0 && shape.table()) {
            gather(shard, step);
          }
          products.forward(shard, layer, step);
          activations.forward(shard, layer, step);
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
}

package io.charlstm.runtime.onednn;

import io.charlstm.runtime.kernels.Floats;

/**
 * All layers of one slice, forward through time. The slices of a shard meet after each cell, as the
 * next product reads all of h.
 */
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

  void run(ShardSlice slice, int count) {
    int chunk = shape.chunk();
    for (int from = 0; from < count; from += chunk) {
      int to = Math.min(count, from + chunk);
      if (!shape.table()) {
        for (int step = from; step < to; step++) {
          activations.embed(slice, step);
        }
        slice.meet();
      }
      for (int layer = 0; layer < shape.layers(); layer++) {
        products.forwardInputs(slice, layer, from);
        for (int step = from; step < to; step++) {
          if (layer == 0 && shape.table()) {
            gather(slice, step);
          }
          products.forward(slice, layer, step);
          activations.forward(slice, layer, step);
          slice.meet();
        }
      }
    }
  }

  /** Starts layer 0's pre-activations with the rows of the table that the tokens select. */
  private void gather(ShardSlice slice, int step) {
    int rows = shape.rows();
    long tokens = slice.shard.inputs + 4L * step * rows;
    long width = 4L * shape.hidden();
    long target = steps.preactivations(slice, step);
    for (long r = 0; r < rows; r++) {
      long row = derived.table + 4 * width * Floats.getInt(tokens + 4 * r);
      for (int block = 0; block < slice.blocks; block++) {
        Floats.copy(row + 4L * slice.blockColumn(block), target, slice.blockWidth);
        target += 4L * slice.blockWidth;
      }
    }
  }
}

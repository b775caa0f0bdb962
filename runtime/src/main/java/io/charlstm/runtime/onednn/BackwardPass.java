package io.charlstm.runtime.onednn;

import io.charlstm.runtime.DropoutMask;
import io.charlstm.runtime.kernels.Floats;

/**
 * All layers of one slice, backward through time: turns gate activations into the gradients of the
 * pre-activations, from which the weight gradients follow. The slices of a shard meet after each
 * cell, as the product that follows reads the gradients of all gates. What it computes, a slice's
 * own columns of [dx,dh], only that slice reads, in its next cell and that of the layer below.
 */
final class BackwardPass {
  private final PlanContext context;
  private final PlanShape shape;
  private final Steps steps;
  private final StepProducts products;
  private final DropoutSites dropout;
  private final Activations activations;
  private final ChunkGradients gradients;

  BackwardPass(
      PlanContext context, StepProducts products, DropoutSites dropout, Activations activations) {
    this.context = context;
    this.shape = context.shape();
    this.steps = context.steps();
    this.products = products;
    this.dropout = dropout;
    this.activations = activations;
    this.gradients = new ChunkGradients(context);
  }

  void run(ShardSlice slice, int count) {
    clear(slice);
    slice.meet();
    int chunk = shape.chunk();
    int from = count;
    while (from > 0) {
      int to = from;
      // Chunks begin where those of the forward pass do.
      from = (to - 1) / chunk * chunk;
      for (int layer = shape.layers() - 1; layer >= 0; layer--) {
        for (int step = to - 1; step >= from; step--) {
          step(slice, layer, step, step == count - 1);
        }
        products.backwardInputs(slice, layer, from);
        maskInputs(slice, layer, from, to);
        if (shape.gradientsByChunk()) {
          gradients.add(slice, layer, from, to, to == count);
        }
      }
    }
  }

  /** Sets this slice's share of the sums to zero, any share. */
  private void clear(ShardSlice slice) {
    ShardBuffers shard = slice.shard;
    long gates = 4L * shape.hidden();
    for (int layer = 0; layer < shape.layers(); layer++) {
      clear(slice, shard.biasGradients[layer], gates);
      clear(slice, shard.cellGradients[layer], (long) shape.rows() * shape.hidden());
    }
    if (shard.tableGradient != 0) {
      clear(slice, shard.tableGradient, gates * shape.vocabulary());
    }
  }

  private void clear(ShardSlice slice, long address, long count) {
    long from = Columns.begin(count, slice.index, shape.slices());
    Floats.zero(address + 4 * from, Columns.end(count, slice.index, shape.slices()) - from);
  }

  private void step(ShardSlice slice, int layer, int step, boolean last) {
    maskAbove(slice, layer, step);
    cell(slice, layer, step, last);
    activations.keepGateGradients(slice, layer, step);
    slice.meet();
    // No gradient is wanted of the carried state, nor of a table's missing input part.
    if (step > 0 || shape.inputWidth(layer) > 0) {
      products.backward(slice, layer, step);
    }
  }

  // The gradient of this layer's h as the layer above, or the projection, read it.
  private long above(ShardSlice slice, int layer, int step) {
    return layer == shape.layers() - 1
        ? steps.outputGradient(slice.shard, step) + 4L * slice.units.first()
        : steps.stackedGradient(slice, layer + 1, step);
  }

  private long aboveStride(ShardSlice slice, int layer) {
    return layer == shape.layers() - 1 ? shape.hidden() : slice.gradientWidth(layer + 1);
  }

  private void maskAbove(ShardSlice slice, int layer, int step) {
    if (dropout.drops(layer + 1)) {
      long address = above(slice, layer, step);
      long stride = aboveStride(slice, layer);
      dropout.apply(layer + 1, slice.shard, step, address, stride, slice.units, shape.hidden());
    }
  }

  private void maskInputs(ShardSlice slice, int layer, int from, int to) {
    if (layer > 0 || !dropout.drops(DropoutMask.INPUT_SITE)) {
      return;
    }
    int width = shape.config().embeddingSize();
    long stride = slice.gradientWidth(0);
    for (int step = from; step < to; step++) {
      long address = steps.stackedGradient(slice, 0, step);
      dropout.apply(
          DropoutMask.INPUT_SITE, slice.shard, step, address, stride, slice.inputs[0], width);
    }
  }

  private void cell(ShardSlice slice, int layer, int step, boolean last) {
    ShardBuffers shard = slice.shard;
    long own = 4L * slice.units.first();
    long next =
        last
            ? shard.noGradient
            : steps.stackedGradient(slice, layer, step + 1) + 4L * slice.inputs[layer].count();
    context
        .kernels()
        .lstmBackward(
            activations.gatesToDerive(slice, layer, step),
            activations.derivedGateStride(slice),
            steps.cells(shard, layer, step) + own,
            steps.squashed(shard, layer, step) + own,
            above(slice, layer, step),
            aboveStride(slice, layer),
            next,
            last ? 0 : slice.gradientWidth(layer),
            shard.cellGradients[layer] + own,
            shape.inputWidth(layer) == 0 ? 0 : shard.biasGradients[layer] + own,
            shape.rows(),
            slice.units.count(),
            shape.hidden(),
            activations.derivedGateWidth(slice));
  }
}

package io.charlstm.runtime.onednn;

import io.charlstm.runtime.DropoutMask;
import io.charlstm.runtime.kernels.Floats;

/**
 * All layers of one shard, backward through time: turns gate activations into the gradients of the
 * pre-activations, from which the weight gradients follow.
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

  void run(ShardBuffers shard, int count) {
    for (int layer = 0; layer < shape.layers(); layer++) {
      Floats.zero(shard.biasGradients[layer], 4L * shape.hidden());
      Floats.zero(shard.cellGradients[layer], (long) shape.rows() * shape.hidden());
    }
    if (shard.tableGradient != 0) {
      Floats.zero(shard.tableGradient, 4L * shape.hidden() * shape.vocabulary());
    }
    int chunk = shape.chunk();
    for (int to = count; to > 0; to -= chunk) {
      int from = Math.max(0, to - chunk);
      for (int layer = shape.layers() - 1; layer >= 0; layer--) {
        for (int step = to - 1; step >= from; step--) {
          step(shard, layer, step, step == count - 1);
        }
        if (shape.gradientsByChunk()) {
          gradients.add(shard, layer, from, to, to == count);
        }
      }
    }
    if (count < shape.sequenceLength()) {
      activations.endShortWindow(shard, count);
    }
  }

  private void step(ShardBuffers shard, int layer, int step, boolean last) {
    maskAbove(shard, layer, step);
    cell(shard, layer, step, last);
    activations.keepGateGradients(shard, layer, step);
    // No gradient is wanted of the carried state, nor of a table's missing input part.
    if (step > 0 || shape.inputWidth(layer) > 0) {
      products.backward(shard, layer, step);
    }
    maskInput(shard, layer, step);
  }

  // The gradient of this layer's h as the layer above, or the projection, read it.
  private long above(ShardBuffers shard, int layer, int step) {
    return layer == shape.layers() - 1
        ? steps.outputGradient(shard, step)
        : steps.stackedGradient(shard, layer + 1, step);
  }

  private long aboveStride(int layer) {
    return layer == shape.layers() - 1 ? shape.hidden() : shape.width(layer + 1);
  }

  private void maskAbove(ShardBuffers shard, int layer, int step) {
    if (dropout.drops(layer + 1)) {
      long address = above(shard, layer, step);
      dropout.apply(layer + 1, shard, step, address, aboveStride(layer), shape.hidden());
    }
  }

  private void maskInput(ShardBuffers shard, int layer, int step) {
    if (layer == 0 && dropout.drops(DropoutMask.INPUT_SITE)) {
      long address = steps.stackedGradient(shard, 0, step);
      int width = shape.config().embeddingSize();
      dropout.apply(DropoutMask.INPUT_SITE, shard, step, address, shape.width(0), width);
    }
  }

  private void cell(ShardBuffers shard, int layer, int step, boolean last) {
    long next =
        last
            ? shard.noGradient
            : steps.stackedGradient(shard, layer, step + 1) + 4L * shape.inputWidth(layer);
    context
        .kernels()
        .lstmBackward(
            activations.gatesToDerive(shard, layer, step),
            steps.cells(shard, layer, step),
            steps.squashed(shard, layer, step),
            above(shard, layer, step),
            aboveStride(layer),
            next,
            last ? 0 : shape.width(layer),
            shard.cellGradients[layer],
            shape.inputWidth(layer) == 0 ? 0 : shard.biasGradients[layer],
            shape.rows(),
            shape.hidden(),
            shape.hidden());
  }
}

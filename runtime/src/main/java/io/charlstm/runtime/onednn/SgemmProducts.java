package io.charlstm.runtime.onednn;

import io.charlstm.bindings.onednn.FormatTag;
import io.charlstm.bindings.onednn.MemoryDesc;
import io.charlstm.bindings.onednn.Sgemm;
import io.charlstm.runtime.kernels.Floats;
import io.charlstm.runtime.ownership.Resources;

/**
 * Products by plain {@code sgemm}: the least overhead a call, fastest for few rows and small H. The
 * backward product reads transposed weights, written out once after each change.
 */
final class SgemmProducts implements StepProducts {
  private final PlanContext context;
  private final PlanShape shape;
  private final Resources resources = new Resources();
  private final Rearrangement[] transpositions;
  private DerivedWeights derived;

  SgemmProducts(PlanContext context) {
    this.context = context;
    this.shape = context.shape();
    this.transpositions = new Rearrangement[shape.training() ? shape.layers() : 0];
    try {
      for (int l = 0; l < transpositions.length; l++) {
        transpositions[l] = resources.own(transposition(l));
      }
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  private Rearrangement transposition(int layer) {
    long inner = shape.width(layer);
    long gates = 4L * shape.hidden();
    MemoryDesc from = resources.own(MemoryDesc.f32(FormatTag.BA, gates, inner));
    MemoryDesc to = resources.own(MemoryDesc.f32(FormatTag.AB, gates, inner));
    return new Rearrangement(context.engine(), from, to);
  }

  @Override
  public String description() {
    return "sgemm";
  }

  @Override
  public long scratchBytes() {
    return 0;
  }

  @Override
  public void reserve(Carver carver) {
    for (Rearrangement transposition : transpositions) {
      transposition.reserve(carver);
    }
  }

  @Override
  public void bind(ShardBuffers[] shards, DerivedWeights weights) {
    derived = weights;
    for (int l = 0; l < transpositions.length; l++) {
      transpositions[l].bind(weights.stacked.weights[l]);
    }
  }

  @Override
  public void prepare(int worker) {
    for (int l = worker; l < transpositions.length; l += context.workers().count()) {
      transpositions[l].execute(context.streams().get(worker));
    }
  }

  @Override
  public void forward(ShardBuffers shard, int layer, int step) {
    int input = shape.inputWidth(layer);
    if (!shape.batchedInput()) {
      if (input > 0) {
        fillBias(shard, layer, step, 1);
      }
      multiply(shard, layer, step, 1, 0, shape.width(layer));
      return;
    }
    if (input > 0 && step % shape.chunk() == 0) {
      int count = Math.min(shape.chunk(), shape.sequenceLength() - step);
      fillBias(shard, layer, step, count);
      multiply(shard, layer, step, count, 0, input);
    }
    multiply(shard, layer, step, 1, input, shape.hidden());
  }

  private void fillBias(ShardBuffers shard, int layer, int step, int count) {
    long width = 4L * shape.hidden();
    long target = context.steps().preactivations(shard, step);
    for (long r = 0; r < (long) count * shape.rows(); r++) {
      Floats.copy(derived.bias[layer], target + 4 * r * width, width);
    }
  }

  /** Adds the product of some columns of [x,h] of some steps with their rows of the weights. */
  private void multiply(ShardBuffers shard, int layer, int step, int count, int from, int columns) {
    long width = 4L * shape.hidden();
    Sgemm.run(
        false,
        false,
        (long) count * shape.rows(),
        width,
        columns,
        1,
        context.steps().stacked(shard, layer, step) + 4L * from,
        shape.width(layer),
        derived.stacked.weights[layer] + 4L * from * width,
        width,
        1,
        context.steps().preactivations(shard, step),
        width);
  }

  @Override
  public void backward(ShardBuffers shard, int layer, int step) {
    long width = 4L * shape.hidden();
    long inner = shape.width(layer);
    long gates = context.steps().gates(shard, layer, step);
    long result = context.steps().stackedGradient(shard, layer, step);
    long weights = transpositions[layer].target();
    Sgemm.run(
        false,
        false,
        shape.rows(),
        inner,
        width,
        1,
        gates,
        width,
        weights,
        inner,
        0,
        result,
        inner);
  }

  @Override
  public void close() {
    resources.close();
  }
}

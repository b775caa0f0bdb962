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

  /** By layer, then slice; of no layer where nothing is trained. */
  private final Rearrangement[][] transpositions;

  private SliceWeights weights;

  SgemmProducts(PlanContext context) {
    this.context = context;
    this.shape = context.shape();
    int layers = shape.training() ? shape.layers() : 0;
    this.transpositions = new Rearrangement[layers][shape.slices()];
    try {
      for (int layer = 0; layer < layers; layer++) {
        for (int slice = 0; slice < shape.slices(); slice++) {
          transpositions[layer][slice] = resources.own(transposition(layer, slice));
        }
      }
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  private Rearrangement transposition(int layer, int slice) {
    long inner = shape.gradientWidth(layer, slice);
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
    for (Rearrangement[] ofLayer : transpositions) {
      for (Rearrangement transposition : ofLayer) {
        transposition.reserve(carver);
      }
    }
  }

  @Override
  public void bind(ShardSlice[] slices, SliceWeights newWeights) {
    weights = newWeights;
    for (int layer = 0; layer < transpositions.length; layer++) {
      for (int slice = 0; slice < shape.slices(); slice++) {
        transpositions[layer][slice].bind(weights.rows(layer, slice));
      }
    }
  }

  @Override
  public void prepare(int worker) {
    int parts = shape.layers() * shape.slices();
    for (int part = worker; part < parts; part += context.workers().count()) {
      int layer = part / shape.slices();
      int slice = part % shape.slices();
      weights.gatherColumns(layer, slice);
      if (shape.training()) {
        weights.gatherRows(layer, slice);
        transpositions[layer][slice].execute(context.streams().get(worker));
      }
    }
  }

  @Override
  public void forwardInputs(ShardSlice slice, int layer, int step) {
    int input = shape.inputWidth(layer);
    if (shape.batchedInput() && input > 0) {
      int count = Math.min(shape.chunk(), shape.sequenceLength() - step);
      fillBias(slice, layer, step, count);
      multiply(slice, layer, step, count, 0, input);
    }
  }

  @Override
  public void forward(ShardSlice slice, int layer, int step) {
    int input = shape.inputWidth(layer);
    if (shape.batchedInput()) {
      multiply(slice, layer, step, 1, input, shape.hidden());
      return;
    }
    if (input > 0) {
      fillBias(slice, layer, step, 1);
    }
    multiply(slice, layer, step, 1, 0, shape.width(layer));
  }

  private void fillBias(ShardSlice slice, int layer, int step, int count) {
    long width = 4L * slice.units.count();
    long bias = weights.bias(layer, slice.index);
    long target = context.steps().preactivations(slice, step);
    for (long r = 0; r < (long) count * shape.rows(); r++) {
      Floats.copy(bias, target + 4 * r * width, width);
    }
  }

  /** Adds the product of some columns of [x,h] of some steps with their rows of the weights. */
  private void multiply(ShardSlice slice, int layer, int step, int count, int from, int columns) {
    long width = 4L * slice.units.count();
    Sgemm.run(
        false,
        false,
        (long) count * shape.rows(),
        width,
        columns,
        1,
        context.steps().stacked(slice.shard, layer, step) + 4L * from,
        shape.stackedStride(layer),
        weights.columns(layer, slice.index) + 4L * from * width,
        width,
        1,
        context.steps().preactivations(slice, step),
        width);
  }

  @Override
  public void backward(ShardSlice slice, int layer, int step) {
    long width = 4L * shape.hidden();
    long inner = slice.gradientWidth(layer);
    long gates = context.steps().gates(slice.shard, layer, step);
    long result = context.steps().stackedGradient(slice, layer, step);
    long transposed = transpositions[layer][slice.index].target();
    Sgemm.run(
        false,
        false,
        shape.rows(),
        inner,
        width,
        1,
        gates,
        shape.gateStride(),
        transposed,
        inner,
        0,
        result,
        inner);
  }

  @Override
  public void backwardInputs(ShardSlice slice, int layer, int step) {
    // Each step has computed its own: plain products batch inputs where nothing is trained.
  }

  @Override
  public void close() {
    resources.close();
  }
}

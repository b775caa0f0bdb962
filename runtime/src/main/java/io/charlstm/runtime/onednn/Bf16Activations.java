package io.charlstm.runtime.onednn;

import io.charlstm.runtime.DropoutMask;
import io.charlstm.runtime.kernels.Bf16;
import io.charlstm.runtime.kernels.Floats;
import io.charlstm.runtime.kernels.Kernels;

/**
 * Activations in bfloat16: cells compute in float32, and what products read is rounded while the
 * step's values are still in the nearest cache. Dropout comes before rounding. c, the gates and all
 * sums stay float32. Gradients of the pre-activations take the first half of their gates' rows.
 */
final class Bf16Activations implements Activations {
  private final PlanContext context;
  private final PlanShape shape;
  private final Steps steps;
  private final Kernels kernels;
  private final DropoutSites dropout;

  Bf16Activations(PlanContext context, DropoutSites dropout) {
    this.context = context;
    this.shape = context.shape();
    this.steps = context.steps();
    this.kernels = context.kernels();
    this.dropout = dropout;
  }

  @Override
  public void embed(ShardBuffers shard, int step) {
    int rows = shape.rows();
    long tokens = shard.inputs + 4L * step * rows;
    int width = shape.config().embeddingSize();
    long x = shard.unrounded;
    for (long r = 0; r < rows; r++) {
      long token = Floats.getInt(tokens + 4 * r);
      Floats.copy(context.parameters().embedding + 4 * token * width, x + 4 * r * width, width);
    }
    if (dropout.drops(DropoutMask.INPUT_SITE)) {
      dropout.apply(DropoutMask.INPUT_SITE, shard, step, x, width, width);
    }
    kernels.toBf16(x, width, steps.stacked(shard, 0, step), shape.width(0), rows, width);
  }

  @Override
  public void forward(ShardBuffers shard, int layer, int step) {
    int rows = shape.rows();
    int hidden = shape.hidden();
    long h = shard.unrounded;
    kernels.lstmForward(
        steps.preactivations(shard, step),
        steps.gates(shard, layer, step),
        steps.cells(shard, layer, step),
        steps.cells(shard, layer, step + 1),
        steps.squashed(shard, layer, step),
        h,
        hidden,
        0,
        0,
        rows,
        hidden,
        hidden);
    long next = steps.hidden(shard, layer, step + 1);
    kernels.toBf16(h, hidden, next, shape.width(layer), rows, hidden);
    if (dropout.drops(layer + 1)) {
      dropout.apply(layer + 1, shard, step, h, hidden, hidden);
    }
    long above = steps.above(shard, layer, step);
    if (above != 0) {
      kernels.toBf16(h, hidden, above, steps.aboveStride(layer), rows, hidden);
    }
  }

  // In the memory of one step that all steps share, as the float32 gradients are soon done with.
  @Override
  public long gatesToDerive(ShardBuffers shard, int layer, int step) {
    long count = 4L * shape.rows() * shape.hidden();
    Floats.copy(steps.gates(shard, layer, step), shard.preactivations, count);
    return shard.preactivations;
  }

  @Override
  public void keepGateGradients(ShardBuffers shard, int layer, int step) {
    int width = 4 * shape.hidden();
    long rounded = steps.gates(shard, layer, step);
    long stride = shape.gateGradientStride();
    kernels.toBf16(shard.preactivations, width, rounded, stride, shape.rows(), width);
    if (layer == 0 && shape.table()) {
      long tokens = shard.inputs + 4L * step * shape.rows();
      for (long r = 0; r < shape.realRows(shard.index); r++) {
        long row = shard.tableGradient + 4L * Floats.getInt(tokens + 4 * r) * width;
        kernels.add(row, shard.preactivations + 4 * r * width, width);
      }
    }
  }

  @Override
  public void keepLogitGradients(ShardBuffers shard, int tokens) {
    int vocabulary = shape.vocabulary();
    kernels.toBf16(
        shard.logits,
        vocabulary,
        shard.logitGradients,
        shape.logitGradientStride(),
        tokens,
        vocabulary);
  }

  // Products over the window always take all of the plan's steps. Zeros there, on both sides, as a
  // zero times what a diverged window left behind would not be zero.
  @Override
  public void endShortWindow(ShardBuffers shard, int count) {
    long rows = shape.rows();
    long missing = (shape.sequenceLength() - count) * rows;
    for (int layer = 0; layer < shape.layers(); layer++) {
      Floats.zero(steps.gates(shard, layer, count), missing * 4 * shape.hidden());
      // The first of them also holds h and c, with which the next window starts.
      long width = shape.width(layer);
      for (long r = 0; r < rows; r++) {
        Bf16.zero(steps.stacked(shard, layer, count) + 2 * r * width, shape.inputWidth(layer));
      }
      Bf16.zero(steps.stacked(shard, layer, count + 1), missing * width);
    }
    if (shape.separateOutput()) {
      Bf16.zero(steps.output(shard, count), missing * shape.hidden());
    }
    long stride = shape.logitGradientStride();
    Bf16.zero(shard.logitGradients + 2L * count * rows * stride, missing * stride);
  }
}

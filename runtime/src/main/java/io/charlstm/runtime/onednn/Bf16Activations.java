package io.charlstm.runtime.onednn;

import io.charlstm.runtime.DropoutMask;
import io.charlstm.runtime.kernels.Bf16;
import io.charlstm.runtime.kernels.Floats;
import io.charlstm.runtime.kernels.Kernels;

/**
 * Activations in bfloat16: cells compute in float32, and what products read is rounded while the
 * step's values are still in the nearest cache. Dropout comes before rounding. c, the gates and all
 * sums stay float32. Gradients of the pre-activations take the first half of their gates' rows, or
 * memory of their own, see {@link PlanShape#separateGateGradients}.
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
  public void embed(ShardSlice slice, int step) {
    int rows = shape.rows();
    long tokens = slice.shard.inputs + 4L * step * rows;
    int width = shape.config().embeddingSize();
    Span columns = slice.inputs[0];
    int count = columns.count();
    long embedding = context.parameters().embedding + 4L * columns.first();
    long x = slice.unrounded;
    for (long r = 0; r < rows; r++) {
      long token = Floats.getInt(tokens + 4 * r);
      Floats.copy(embedding + 4 * token * width, x + 4 * r * count, count);
    }
    if (dropout.drops(DropoutMask.INPUT_SITE)) {
      dropout.apply(DropoutMask.INPUT_SITE, slice.shard, step, x, count, columns, width);
    }
    long stacked = steps.stacked(slice.shard, 0, step) + 2L * columns.first();
    kernels.toBf16(x, count, stacked, shape.width(0), rows, count);
  }

  @Override
  public void forward(ShardSlice slice, int layer, int step) {
    ShardBuffers shard = slice.shard;
    int rows = shape.rows();
    int units = slice.units.count();
    long own = slice.units.first();
    long h = slice.unrounded;
    kernels.lstmForward(
        steps.preactivations(slice, step),
        steps.gates(shard, layer, step) + 4 * own,
        steps.cells(shard, layer, step) + 4 * own,
        steps.cells(shard, layer, step + 1) + 4 * own,
        steps.squashed(shard, layer, step) + 4 * own,
        h,
        units,
        0,
        0,
        rows,
        units,
        shape.hidden());
    long next = steps.hidden(shard, layer, step + 1) + 2 * own;
    kernels.toBf16(h, units, next, shape.width(layer), rows, units);
    if (dropout.drops(layer + 1)) {
      dropout.apply(layer + 1, shard, step, h, units, slice.units, shape.hidden());
    }
    long above = steps.above(shard, layer, step);
    if (above != 0) {
      kernels.toBf16(h, units, above + 2 * own, steps.aboveStride(layer), rows, units);
    }
  }

  // Alone in a shard, in the memory of one step that all steps share, as the float32 gradients are
  // soon done with.
  @Override
  public long gatesToDerive(ShardSlice slice, int layer, int step) {
    long gates = steps.gates(slice.shard, layer, step);
    if (shape.separateGateGradients()) {
      return gates + 4L * slice.units.first();
    }
    Floats.copy(gates, slice.preactivations, 4L * shape.rows() * shape.hidden());
    return slice.preactivations;
  }

  @Override
  public void keepGateGradients(ShardSlice slice, int layer, int step) {
    ShardBuffers shard = slice.shard;
    int gates = 4 * shape.hidden();
    long exact =
        shape.separateGateGradients() ? steps.gates(shard, layer, step) : slice.preactivations;
    long rounded = steps.gateGradients(shard, layer, step);
    long stride = shape.gateGradientStride();
    for (int block = 0; block < slice.blocks; block++) {
      long column = slice.blockColumn(block);
      kernels.toBf16(
          exact + 4 * column, gates, rounded + 2 * column, stride, shape.rows(), slice.blockWidth);
    }
    if (layer == 0 && shape.table()) {
      addToTable(slice, step, exact);
    }
  }

  private void addToTable(ShardSlice slice, int step, long exact) {
    ShardBuffers shard = slice.shard;
    long gates = 4L * shape.hidden();
    long tokens = shard.inputs + 4L * step * shape.rows();
    for (long r = 0; r < shape.realRows(shard.index); r++) {
      long row = shard.tableGradient + 4 * gates * Floats.getInt(tokens + 4 * r);
      for (int block = 0; block < slice.blocks; block++) {
        long column = 4L * slice.blockColumn(block);
        kernels.add(row + column, exact + 4 * gates * r + column, slice.blockWidth);
      }
    }
  }

  @Override
  public void keepLogitGradients(ShardSlice slice, int tokens) {
    int vocabulary = shape.vocabulary();
    kernels.toBf16(
        steps.logits(slice),
        vocabulary,
        steps.logitGradients(slice),
        shape.logitGradientStride(),
        tokens,
        vocabulary);
  }

  // Products over the window always take all of the plan's steps. Zeros there, on both sides, as a
  // zero times what a diverged window left behind would not be zero. Such windows are rare, so one
  // slice does it for all.
  @Override
  public void endShortWindow(ShardSlice slice, int count) {
    if (slice.index > 0) {
      return;
    }
    ShardBuffers shard = slice.shard;
    long rows = shape.rows();
    long missing = (shape.sequenceLength() - count) * rows;
    for (int layer = 0; layer < shape.layers(); layer++) {
      long gradients = steps.gateGradients(shard, layer, count);
      Bf16.zero(gradients, missing * shape.gateGradientStride());
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

package io.charlstm.runtime.onednn;

import io.charlstm.runtime.DropoutMask;
import io.charlstm.runtime.kernels.Bf16;
import io.charlstm.runtime.kernels.Floats;
import io.charlstm.runtime.kernels.Kernels;

/**
 * Activations in bfloat16: cells compute in float32, and what products read is rounded while the
 * step's values are still in the nearest cache. Dropout comes before rounding. c and all sums stay
 * float32. Gates are rounded for the backward pass only, which widens them again: so they, and
 * their gradients in the same place, are half of what has to go through the caches.
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
    kernels.toBf16(x, count, stacked, shape.stackedStride(0), rows, count);
  }

  @Override
  public void forward(ShardSlice slice, int layer, int step) {
    ShardBuffers shard = slice.shard;
    int rows = shape.rows();
    int units = slice.units.count();
    long own = slice.units.first();
    long h = slice.unrounded;
    long gates = steps.preactivations(slice, step);
    kernels.lstmForward(
        gates,
        gates,
        4L * units,
        steps.cells(shard, layer, step) + 4 * own,
        steps.cells(shard, layer, step + 1) + 4 * own,
        steps.squashed(shard, layer, step) + 4 * own,
        h,
        units,
        0,
        0,
        rows,
        units,
        shape.hidden(),
        units);
    if (shape.training()) {
      roundGates(slice, gates, steps.gates(shard, layer, step));
    }
    long next = steps.hidden(shard, layer, step + 1) + 2 * own;
    kernels.toBf16(h, units, next, shape.stackedStride(layer), rows, units);
    if (dropout.drops(layer + 1)) {
      dropout.apply(layer + 1, shard, step, h, units, slice.units, shape.hidden());
    }
    long above = steps.above(shard, layer, step);
    if (above != 0) {
      kernels.toBf16(h, units, above + 2 * own, steps.aboveStride(layer), rows, units);
    }
  }

  /** From the slice's (R,4 units) to its columns of (R,4H). */
  private void roundGates(ShardSlice slice, long exact, long rounded) {
    long from = 4L * slice.units.count();
    long to = shape.gateStride();
    for (int block = 0; block < slice.blocks; block++) {
      long source = exact + 4L * block * slice.blockWidth;
      long target = rounded + 2L * slice.blockColumn(block);
      kernels.toBf16(source, from, target, to, shape.rows(), slice.blockWidth);
    }
  }

  // In the memory of one step that all steps share, as the float32 gradients are soon done with.
  @Override
  public long gatesToDerive(ShardSlice slice, int layer, int step) {
    long rounded = steps.gates(slice.shard, layer, step);
    long from = shape.gateStride();
    long to = 4L * slice.units.count();
    for (int block = 0; block < slice.blocks; block++) {
      long source = rounded + 2L * slice.blockColumn(block);
      long target = slice.preactivations + 4L * block * slice.blockWidth;
      kernels.fromBf16(source, from, target, to, shape.rows(), slice.blockWidth);
    }
    return slice.preactivations;
  }

  @Override
  public int derivedGateStride(ShardSlice slice) {
    return 4 * slice.units.count();
  }

  @Override
  public int derivedGateWidth(ShardSlice slice) {
    return slice.units.count();
  }

  @Override
  public void keepGateGradients(ShardSlice slice, int layer, int step) {
    roundGates(slice, slice.preactivations, steps.gates(slice.shard, layer, step));
    if (layer == 0 && shape.table()) {
      addToTable(slice, step);
    }
  }

  private void addToTable(ShardSlice slice, int step) {
    ShardBuffers shard = slice.shard;
    long gates = 4L * shape.hidden();
    long tokens = shard.inputs + 4L * step * shape.rows();
    long exact = slice.preactivations;
    for (long r = 0; r < shape.realRows(shard.index); r++) {
      long row = shard.tableGradient + 4 * gates * Floats.getInt(tokens + 4 * r);
      for (int block = 0; block < slice.blocks; block++) {
        kernels.add(row + 4L * slice.blockColumn(block), exact, slice.blockWidth);
        exact += 4L * slice.blockWidth;
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

  // Products over the window always take all of the plan's steps, and with AMX oneDNN reads up to a
  // tile on behind a row and multiplies that by 0. Zeros there, as a zero times what a diverged
  // window left behind would not be zero. It is seldom needed, so one slice does it for all.
  @Override
  public void clear(ShardSlice slice, int first) {
    if (slice.index > 0) {
      return;
    }
    ShardBuffers shard = slice.shard;
    long rows = shape.rows();
    long missing = (shape.sequenceLength() - first) * rows;
    for (int layer = 0; layer < shape.layers(); layer++) {
      if (shape.training()) {
        Bf16.zero(steps.gates(shard, layer, first), missing * shape.gateStride());
      }
      // The first of them also holds h and c.
      long width = shape.stackedStride(layer);
      for (long r = 0; r < rows; r++) {
        long x = steps.stacked(shard, layer, first) + 2 * r * width;
        Bf16.zero(x, shape.inputWidth(layer));
      }
      Bf16.zero(steps.stacked(shard, layer, first + 1), missing * width);
    }
    if (shape.separateOutput()) {
      Bf16.zero(steps.output(shard, first), missing * shape.hidden());
    }
    long stride = shape.logitGradientStride();
    Bf16.zero(shard.logitGradients + 2L * first * rows * stride, missing * stride);
  }
}

package io.charlstm.runtime.onednn;

import io.charlstm.bindings.onednn.DnnlMemory;
import io.charlstm.bindings.onednn.FormatTag;
import io.charlstm.bindings.onednn.PreparedCall;
import io.charlstm.runtime.onednn.PackedMatrix.Products;
import io.charlstm.runtime.ownership.Resources;

/**
 * The products of a layer and slice in one direction: forward [x,h] W, backward gate gradients
 * times W transposed. Either one a step, or with {@link PlanShape#batchedInput} one a step for h
 * and one a chunk of steps for x. One prepared call for each, on every shard.
 */
final class LayerProduct implements AutoCloseable {
  private final PlanContext context;
  private final PlanShape shape;
  private final Resources parts = new Resources();
  private final int layer;
  private final int slice;
  private final boolean isForward;

  /** Columns of x that the product has; gradients of x that it makes. */
  private final int inputs;

  private final boolean batched;
  private final PackedMatrix stepWeights;
  private final Products step;

  /** Null unless inputs are batched; the same for those below. */
  private final PackedMatrix inputWeights;

  private final Products chunk;

  /** Of the last, shorter chunk; null where there is none. */
  private final Products rest;

  private final PreparedCall[][] stepCalls;
  private final PreparedCall[][] chunkCalls;
  private SliceWeights weights;

  LayerProduct(PlanContext context, int layer, int slice, boolean isForward) {
    this.context = context;
    this.shape = context.shape();
    this.layer = layer;
    this.slice = slice;
    this.isForward = isForward;
    inputs = isForward ? shape.inputWidth(layer) : shape.inputs(layer, slice).count();
    batched = shape.batchedInput() && inputs > 0;
    int chunks = batched ? Math.ceilDiv(shape.sequenceLength(), shape.chunk()) : 0;
    stepCalls = new PreparedCall[shape.shards()][shape.sequenceLength()];
    chunkCalls = new PreparedCall[shape.shards()][chunks];
    try {
      long rows = shape.rows();
      stepWeights = matrix(stepSizes(), rows);
      step = stepWeights.products(rows);
      if (!batched) {
        inputWeights = null;
        chunk = null;
        rest = null;
        return;
      }
      long left = shape.sequenceLength() % shape.chunk();
      inputWeights = matrix(inputSizes(), shape.chunk() * rows);
      chunk = inputWeights.products(shape.chunk() * rows);
      rest = left == 0 ? null : inputWeights.moreProducts(left * rows);
    } catch (RuntimeException | Error e) {
      parts.abandon(e);
      throw e;
    }
  }

  private PackedMatrix matrix(PackedMatrix.Sizes sizes, long rows) {
    return parts.own(new PackedMatrix(context.engine(), shape.storage().type(), sizes, rows));
  }

  private long gates() {
    return 4L * (isForward ? shape.units(slice).count() : shape.hidden());
  }

  private PackedMatrix.Sizes stepSizes() {
    long gates = gates();
    if (isForward) {
      long inner = batched ? shape.hidden() : shape.width(layer);
      boolean replaces = !batched && inputs > 0;
      return new PackedMatrix.Sizes(
          inner, gates, shape.stackedStride(layer), gates, FormatTag.AB, replaces, !replaces);
    }
    long width = shape.gradientWidth(layer, slice);
    long outer = batched ? shape.units(slice).count() : width;
    return new PackedMatrix.Sizes(
        gates, outer, shape.gateStride(), width, FormatTag.BA, false, false);
  }

  private PackedMatrix.Sizes inputSizes() {
    long gates = gates();
    if (isForward) {
      return new PackedMatrix.Sizes(
          inputs, gates, shape.stackedStride(layer), gates, FormatTag.AB, true, false);
    }
    long width = shape.gradientWidth(layer, slice);
    return new PackedMatrix.Sizes(
        gates, inputs, shape.gateStride(), width, FormatTag.BA, false, false);
  }

  /** For people: how oneDNN computes a step's product. */
  String implementation() {
    return step.implementation();
  }

  /** Bytes of scratch memory each slice needs. */
  long scratchBytes() {
    long bytes = step.scratchBytes();
    bytes = Math.max(bytes, chunk == null ? 0 : chunk.scratchBytes());
    return Math.max(bytes, rest == null ? 0 : rest.scratchBytes());
  }

  /** Takes the places of the packed weights. */
  void reserve(Carver carver) {
    stepWeights.reserve(carver);
    if (batched) {
      inputWeights.reserve(carver);
    }
  }

  /** Readies the calls on the slices' buffers. */
  void bind(ShardSlice[] slices, SliceWeights newWeights) {
    weights = newWeights;
    long all = isForward ? weights.columns(layer, slice) : weights.rows(layer, slice);
    long bias = weights.bias(layer, slice);
    // In both the part of x comes first.
    stepWeights.bind(batched ? all + 4L * inputs * gates() : all, bias);
    if (batched) {
      inputWeights.bind(all, bias);
    }
    for (int i = slice; i < slices.length; i += shape.slices()) {
      bindSteps(slices[i]);
      bindChunks(slices[i]);
    }
  }

  private void bindSteps(ShardSlice mine) {
    DnnlMemory scratch = step.scratch(mine.scratch);
    for (int t = 0; t < shape.sequenceLength(); t++) {
      // Behind the part of x, which the chunk's product reads or writes.
      long from = source(mine, t) + (batched && isForward ? shape.storage().bytes() * inputs : 0);
      long to = result(mine, t) + (batched && !isForward ? 4L * inputs : 0);
      stepCalls[mine.shard.index][t] = step.bind(from, to, scratch);
    }
  }

  private void bindChunks(ShardSlice mine) {
    PreparedCall[] calls = chunkCalls[mine.shard.index];
    for (int i = 0; i < calls.length; i++) {
      int first = i * shape.chunk();
      boolean whole = first + shape.chunk() <= shape.sequenceLength();
      Products products = whole ? chunk : rest;
      DnnlMemory scratch = products.scratch(mine.scratch);
      calls[i] = products.bind(source(mine, first), result(mine, first), scratch);
    }
  }

  private long source(ShardSlice mine, int t) {
    Steps steps = context.steps();
    return isForward ? steps.stacked(mine.shard, layer, t) : steps.gates(mine.shard, layer, t);
  }

  private long result(ShardSlice mine, int t) {
    Steps steps = context.steps();
    return isForward ? steps.preactivations(mine, t) : steps.stackedGradient(mine, layer, t);
  }

  /** Packs the present weights. */
  void prepare(int worker) {
    if (isForward) {
      weights.gatherColumns(layer, slice);
    } else {
      weights.gatherRows(layer, slice);
    }
    stepWeights.pack(context.streams().get(worker));
    if (batched) {
      inputWeights.pack(context.streams().get(worker));
    }
  }

  void execute(ShardSlice mine, int t) {
    stepCalls[mine.shard.index][t].execute(context.streams().get(mine.worker));
  }

  /** The part of x of all steps of the chunk that begins with {@code t}, where it is batched. */
  void executeInputs(ShardSlice mine, int t) {
    if (batched) {
      PreparedCall call = chunkCalls[mine.shard.index][t / shape.chunk()];
      call.execute(context.streams().get(mine.worker));
    }
  }

  @Override
  public void close() {
    parts.close();
  }
}

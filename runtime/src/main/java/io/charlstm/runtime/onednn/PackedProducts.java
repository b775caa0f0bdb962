package io.charlstm.runtime.onednn;

import io.charlstm.bindings.onednn.DataType;
import io.charlstm.bindings.onednn.DnnlEngine;
import io.charlstm.bindings.onednn.DnnlMemory;
import io.charlstm.bindings.onednn.FormatTag;
import io.charlstm.bindings.onednn.Matmul;
import io.charlstm.bindings.onednn.MatmulSpec;
import io.charlstm.bindings.onednn.MemoryDesc;
import io.charlstm.bindings.onednn.PreparedCall;
import io.charlstm.runtime.ownership.Resources;

/**
 * Products by oneDNN's matmul on packed weights, both in the plan's storage with float32 results:
 * some overhead a call, but a faster product for larger H. One prepared call for each slice, layer
 * and step.
 */
final class PackedProducts implements StepProducts {
  private final PlanContext context;
  private final PlanShape shape;
  private final Resources resources = new Resources();

  /** By layer, the slices of each together. */
  private final Direction[] forward;

  private final Direction[] backward;

  PackedProducts(PlanContext context) {
    this.context = context;
    this.shape = context.shape();
    this.forward = new Direction[shape.layers() * shape.slices()];
    this.backward = new Direction[shape.training() ? forward.length : 0];
    try {
      for (int i = 0; i < forward.length; i++) {
        forward[i] = resources.own(new Direction(i, true));
      }
      for (int i = 0; i < backward.length; i++) {
        backward[i] = resources.own(new Direction(i, false));
      }
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  /**
   * One product of a layer and slice, (R,inner) times (inner,outer), with its packed weights and
   * calls. The weights lie as (inner,outer) for the forward product, as their transpose for the
   * backward one. The forward product replaces what the result holds where it has a bias.
   */
  private final class Direction implements AutoCloseable {
    private final Resources parts = new Resources();
    private final MemoryDesc source;
    private final MemoryDesc result;
    private final MemoryDesc bias;
    private final Matmul matmul;
    private final Rearrangement packing;
    private final PreparedCall[][] calls = new PreparedCall[shape.shards()][shape.sequenceLength()];
    private final int layer;
    private final int slice;
    private final boolean isForward;
    private SliceWeights weights;

    Direction(int index, boolean isForward) {
      this.layer = index / shape.slices();
      this.slice = index % shape.slices();
      this.isForward = isForward;
      DataType type = shape.storage().type();
      long gates = 4L * (isForward ? shape.units(slice).count() : shape.hidden());
      long inner = isForward ? shape.width(layer) : gates;
      long outer = isForward ? gates : shape.gradientWidth(layer, slice);
      boolean withBias = isForward && shape.inputWidth(layer) > 0;
      FormatTag stored = isForward ? FormatTag.AB : FormatTag.BA;
      try {
        source = parts.own(MemoryDesc.dense(type, FormatTag.AB, shape.rows(), inner));
        result = parts.own(MemoryDesc.f32(FormatTag.AB, shape.rows(), outer));
        bias = withBias ? parts.own(MemoryDesc.f32(FormatTag.AB, 1, outer)) : null;
        MemoryDesc any = parts.own(MemoryDesc.dense(type, FormatTag.ANY, inner, outer));
        boolean accumulate = isForward && !withBias;
        MatmulSpec spec = new MatmulSpec(source, any, bias, result, accumulate);
        matmul = parts.own(Matmul.create(context.engine(), spec));
        MemoryDesc plain = parts.own(MemoryDesc.f32(stored, inner, outer));
        packing = parts.own(new Rearrangement(context.engine(), plain, matmul.weightsDesc()));
      } catch (RuntimeException | Error e) {
        parts.abandon(e);
        throw e;
      }
    }

    void bind(ShardSlice[] slices, SliceWeights newWeights) {
      weights = newWeights;
      DnnlEngine engine = context.engine();
      packing.bind(isForward ? weights.columns(layer, slice) : weights.rows(layer, slice));
      DnnlMemory packed = parts.own(new DnnlMemory(engine, matmul.weightsDesc(), packing.target()));
      DnnlMemory biasMemory =
          bias == null ? null : parts.own(new DnnlMemory(engine, bias, weights.bias(layer, slice)));
      for (int i = slice; i < slices.length; i += shape.slices()) {
        bind(slices[i], packed, biasMemory);
      }
    }

    private void bind(ShardSlice mine, DnnlMemory packed, DnnlMemory biasMemory) {
      DnnlEngine engine = context.engine();
      Steps steps = context.steps();
      ShardBuffers shard = mine.shard;
      DnnlMemory scratch =
          matmul.scratchpadBytes() == 0
              ? null
              : parts.own(new DnnlMemory(engine, matmul.scratchpadDesc(), mine.scratch));
      for (int t = 0; t < shape.sequenceLength(); t++) {
        long read = isForward ? steps.stacked(shard, layer, t) : steps.gates(shard, layer, t);
        long written = isForward ? mine.preactivations : steps.stackedGradient(mine, layer, t);
        var from = parts.own(new DnnlMemory(engine, source, read));
        var to = parts.own(new DnnlMemory(engine, result, written));
        calls[shard.index][t] = parts.own(matmul.prepare(from, packed, biasMemory, to, scratch));
      }
    }

    /** Packs the present weights. */
    void prepare(int worker) {
      if (isForward) {
        weights.gatherColumns(layer, slice);
      } else {
        weights.gatherRows(layer, slice);
      }
      packing.execute(context.streams().get(worker));
    }

    void execute(ShardSlice mine, int step) {
      calls[mine.shard.index][step].execute(context.streams().get(mine.worker));
    }

    @Override
    public void close() {
      parts.close();
    }
  }

  @Override
  public String description() {
    return "packed " + forward[0].matmul.implementation();
  }

  @Override
  public long scratchBytes() {
    long bytes = 0;
    for (int l = 0; l < forward.length; l++) {
      bytes = Math.max(bytes, forward[l].matmul.scratchpadBytes());
    }
    for (int l = 0; l < backward.length; l++) {
      bytes = Math.max(bytes, backward[l].matmul.scratchpadBytes());
    }
    return bytes;
  }

  @Override
  public void reserve(Carver carver) {
    for (Direction direction : forward) {
      direction.packing.reserve(carver);
    }
    for (Direction direction : backward) {
      direction.packing.reserve(carver);
    }
  }

  @Override
  public void bind(ShardSlice[] slices, SliceWeights weights) {
    for (Direction direction : forward) {
      direction.bind(slices, weights);
    }
    for (Direction direction : backward) {
      direction.bind(slices, weights);
    }
  }

  @Override
  public void prepare(int worker) {
    int workers = context.workers().count();
    int packings = forward.length + backward.length;
    for (int i = worker; i < packings; i += workers) {
      Direction direction = i < forward.length ? forward[i] : backward[packings - 1 - i];
      direction.prepare(worker);
    }
  }

  @Override
  public void forward(ShardSlice slice, int layer, int step) {
    forward[layer * shape.slices() + slice.index].execute(slice, step);
  }

  @Override
  public void backward(ShardSlice slice, int layer, int step) {
    backward[layer * shape.slices() + slice.index].execute(slice, step);
  }

  @Override
  public void close() {
    resources.close();
  }
}

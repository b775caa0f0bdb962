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
 * some overhead a call, but a faster product for larger H. One prepared call for each shard, layer
 * and step.
 */
final class PackedProducts implements StepProducts {
  private final PlanContext context;
  private final PlanShape shape;
  private final Resources resources = new Resources();
  private final Direction[] forward;
  private final Direction[] backward;

  PackedProducts(PlanContext context) {
    this.context = context;
    this.shape = context.shape();
    this.forward = new Direction[shape.layers()];
    this.backward = new Direction[shape.training() ? shape.layers() : 0];
    try {
      for (int l = 0; l < forward.length; l++) {
        forward[l] = resources.own(forwardProduct(l));
      }
      for (int l = 0; l < backward.length; l++) {
        backward[l] = resources.own(backwardProduct(l));
      }
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  private Direction forwardProduct(int layer) {
    boolean fromTable = shape.inputWidth(layer) == 0;
    return new Direction(shape.width(layer), 4L * shape.hidden(), !fromTable, FormatTag.AB);
  }

  private Direction backwardProduct(int layer) {
    return new Direction(4L * shape.hidden(), shape.width(layer), false, FormatTag.BA);
  }

  /** One product of a layer, (R,inner) times (inner,outer), with its packed weights and calls. */
  private final class Direction implements AutoCloseable {
    private final Resources parts = new Resources();
    private final MemoryDesc source;
    private final MemoryDesc result;
    private final MemoryDesc bias;
    private final Matmul matmul;
    private final Rearrangement packing;
    private final PreparedCall[][] calls = new PreparedCall[shape.shards()][shape.sequenceLength()];

    /**
     * @param withBias whether the product has a bias and replaces what the result holds
     * @param stored AB when the weights lie as (inner,outer), BA when as their transpose
     */
    Direction(long inner, long outer, boolean withBias, FormatTag stored) {
      DataType type = shape.storage().type();
      try {
        long stride = stored == FormatTag.AB ? inner : shape.gateGradientStride();
        source = parts.own(rows(type, inner, stride));
        result = parts.own(MemoryDesc.f32(FormatTag.AB, shape.rows(), outer));
        bias = withBias ? parts.own(MemoryDesc.f32(FormatTag.AB, 1, outer)) : null;
        MemoryDesc any = parts.own(MemoryDesc.dense(type, FormatTag.ANY, inner, outer));
        boolean accumulate = stored == FormatTag.AB && !withBias;
        MatmulSpec spec = new MatmulSpec(source, any, bias, result, accumulate);
        matmul = parts.own(Matmul.create(context.engine(), spec));
        MemoryDesc plain = parts.own(MemoryDesc.f32(stored, inner, outer));
        packing = parts.own(new Rearrangement(context.engine(), plain, matmul.weightsDesc()));
      } catch (RuntimeException | Error e) {
        parts.abandon(e);
        throw e;
      }
    }

    private MemoryDesc rows(DataType type, long columns, long stride) {
      return MemoryDesc.strided(type, new long[] {shape.rows(), columns}, new long[] {stride, 1});
    }

    void bind(int layer, boolean isForward, ShardBuffers[] shards, DerivedWeights derived) {
      DnnlEngine engine = context.engine();
      packing.bind(derived.stacked.weights[layer]);
      DnnlMemory weights =
          parts.own(new DnnlMemory(engine, matmul.weightsDesc(), packing.target()));
      DnnlMemory biasMemory =
          bias == null ? null : parts.own(new DnnlMemory(engine, bias, derived.bias[layer]));
      for (ShardBuffers shard : shards) {
        DnnlMemory scratch =
            matmul.scratchpadBytes() == 0
                ? null
                : parts.own(new DnnlMemory(engine, matmul.scratchpadDesc(), shard.scratch));
        for (int t = 0; t < shape.sequenceLength(); t++) {
          Steps steps = context.steps();
          long read = isForward ? steps.stacked(shard, layer, t) : steps.gates(shard, layer, t);
          long written = isForward ? shard.preactivations : steps.stackedGradient(shard, layer, t);
          var from = parts.own(new DnnlMemory(engine, source, read));
          var to = parts.own(new DnnlMemory(engine, result, written));
          calls[shard.index][t] = parts.own(matmul.prepare(from, weights, biasMemory, to, scratch));
        }
      }
    }

    void execute(ShardBuffers shard, int step) {
      calls[shard.index][step].execute(context.streams().get(shard.index));
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
  public void bind(ShardBuffers[] shards, DerivedWeights derived) {
    for (int l = 0; l < forward.length; l++) {
      forward[l].bind(l, true, shards, derived);
    }
    for (int l = 0; l < backward.length; l++) {
      backward[l].bind(l, false, shards, derived);
    }
  }

  @Override
  public void prepare(int worker) {
    int workers = context.workers().count();
    int packings = forward.length + backward.length;
    for (int i = worker; i < packings; i += workers) {
      Direction direction = i < forward.length ? forward[i] : backward[packings - 1 - i];
      direction.packing.execute(context.streams().get(worker));
    }
  }

  @Override
  public void forward(ShardBuffers shard, int layer, int step) {
    forward[layer].execute(shard, step);
  }

  @Override
  public void backward(ShardBuffers shard, int layer, int step) {
    backward[layer].execute(shard, step);
  }

  @Override
  public void close() {
    resources.close();
  }
}

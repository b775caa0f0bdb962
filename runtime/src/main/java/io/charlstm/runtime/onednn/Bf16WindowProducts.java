package io.charlstm.runtime.onednn;

import static io.charlstm.bindings.onednn.DataType.BF16;

import io.charlstm.bindings.onednn.FormatTag;
import io.charlstm.bindings.onednn.MatmulSpec;
import io.charlstm.bindings.onednn.MemoryDesc;
import io.charlstm.bindings.onednn.PreparedCall;
import io.charlstm.runtime.ownership.Resources;

/**
 * Products over a window of bfloat16 with float32 results, by oneDNN's matmul. They always take all
 * of the plan's steps; a shorter window has zeros in the others.
 */
final class Bf16WindowProducts implements WindowProducts {
  private final PlanContext context;
  private final PlanShape shape;
  private final Resources resources = new Resources();
  private final WindowProduct projection;
  private final WindowProduct projectionGradient;
  private final Rearrangement projectionPacking;
  private final Rearrangement gradientPacking;
  private final PreparedCall[] projectionCalls;
  private final PreparedCall[] gradientCalls;

  /** By layer, then that of the output weights; by worker. Null where a worker has no column. */
  private final WeightGradient[][] weightGradients;

  /** By worker. */
  private final long[] scratch;

  Bf16WindowProducts(PlanContext context) {
    this.context = context;
    this.shape = context.shape();
    int workers = context.workers().count();
    scratch = new long[workers];
    weightGradients = new WeightGradient[shape.layers() + 1][workers];
    projectionCalls = new PreparedCall[shape.shards()];
    gradientCalls = new PreparedCall[shape.shards()];
    try {
      projection = resources.own(projection());
      projectionPacking = resources.own(packing(FormatTag.BA, projection));
      projectionGradient = resources.own(projectionGradient());
      gradientPacking = resources.own(packing(FormatTag.AB, projectionGradient));
      for (int worker = 0; worker < workers; worker++) {
        for (int layer = 0; layer <= shape.layers(); layer++) {
          weightGradients[layer][worker] = weightGradient(layer, worker, workers);
        }
      }
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  private static MemoryDesc rounded(long rows, long columns, long stride) {
    return MemoryDesc.strided(BF16, new long[] {rows, columns}, new long[] {stride, 1});
  }

  private WindowProduct projection() {
    long tokens = shape.shardTokens();
    long vocabulary = shape.vocabulary();
    MatmulSpec spec =
        MatmulSpec.of(
            rounded(tokens, shape.hidden(), context.steps().projectedStride()),
            MemoryDesc.dense(BF16, FormatTag.ANY, shape.hidden(), vocabulary),
            MemoryDesc.f32(FormatTag.AB, tokens, vocabulary));
    return new WindowProduct(
        context.engine(), spec.withBias(MemoryDesc.f32(FormatTag.AB, 1, vocabulary)));
  }

  private WindowProduct projectionGradient() {
    long tokens = shape.shardTokens();
    return new WindowProduct(
        context.engine(),
        MatmulSpec.of(
            rounded(tokens, shape.vocabulary(), shape.logitGradientStride()),
            MemoryDesc.dense(BF16, FormatTag.ANY, shape.vocabulary(), shape.hidden()),
            MemoryDesc.f32(FormatTag.AB, tokens, shape.hidden())));
  }

  /** The output weights (V,H), read as they are or transposed, to what a product wants. */
  private Rearrangement packing(FormatTag stored, WindowProduct product) {
    long[] dims = product.weightsDesc().dims();
    MemoryDesc plain = resources.own(MemoryDesc.f32(stored, dims));
    return new Rearrangement(context.engine(), plain, product.weightsDesc());
  }

  private WeightGradient weightGradient(int layer, int worker, int workers) {
    boolean output = layer == shape.layers();
    long all = output ? shape.hidden() : 4L * shape.hidden();
    long columns = Columns.end(all, worker, workers) - Columns.begin(all, worker, workers);
    if (columns == 0) {
      return null;
    }
    long inner = output ? shape.vocabulary() : shape.width(layer);
    long innerStride = output ? shape.logitGradientStride() : inner;
    long sourceStride = output ? context.steps().projectedStride() : shape.gateGradientStride();
    WeightGradient.Sizes sizes =
        new WeightGradient.Sizes(
            shape.shardTokens(), inner, innerStride, columns, sourceStride, all);
    return resources.own(new WeightGradient(context.engine(), sizes, shape.shards()));
  }

  @Override
  public void reserve(Carver carver) {
    projectionPacking.reserve(carver);
    gradientPacking.reserve(carver);
    long bytes = Math.max(projection.scratchBytes(), projectionGradient.scratchBytes());
    for (WeightGradient[] ofLayer : weightGradients) {
      for (WeightGradient gradient : ofLayer) {
        bytes = Math.max(bytes, gradient == null ? 0 : gradient.scratchBytes());
      }
    }
    for (int worker = 0; worker < scratch.length; worker++) {
      scratch[worker] = carver.bytes(bytes);
    }
  }

  @Override
  public void bind(ShardBuffers[] shards, StackedWeights stacked) {
    ParameterAddresses parameters = context.parameters();
    projectionPacking.bind(parameters.outputWeights);
    gradientPacking.bind(parameters.outputWeights);
    for (ShardBuffers shard : shards) {
      int index = shard.index;
      projectionCalls[index] =
          projection.bind(
              context.steps().projected(shard),
              projectionPacking.target(),
              parameters.outputBias,
              shard.logits,
              scratch[index]);
      gradientCalls[index] =
          projectionGradient.bind(
              shard.logitGradients,
              gradientPacking.target(),
              0,
              shard.outputGradient,
              scratch[index]);
      for (int layer = 0; layer < weightGradients.length; layer++) {
        for (int worker = 0; worker < scratch.length; worker++) {
          bind(layer, worker, shard, stacked);
        }
      }
    }
  }

  private void bind(int layer, int worker, ShardBuffers shard, StackedWeights stacked) {
    WeightGradient gradient = weightGradients[layer][worker];
    if (gradient == null) {
      return;
    }
    boolean output = layer == shape.layers();
    long from =
        Columns.begin(output ? shape.hidden() : 4L * shape.hidden(), worker, scratch.length);
    long x = output ? shard.logitGradients : shard.stacked[layer];
    long dy = output ? context.steps().projected(shard) : shard.gates[layer];
    long result = output ? context.gradients().outputWeights : stacked.gradients[layer];
    gradient.bind(shard.index, x, dy + BF16.bytes() * from, result + 4 * from, scratch[worker]);
  }

  @Override
  public void prepare(int worker) {
    int workers = scratch.length;
    if (worker == workers - 1) {
      projectionPacking.execute(context.streams().get(worker));
    }
    if (worker == 0) {
      gradientPacking.execute(context.streams().get(worker));
    }
  }

  @Override
  public void project(ShardBuffers shard, int tokens) {
    projectionCalls[shard.index].execute(context.streams().get(shard.index));
  }

  @Override
  public void projectGradient(ShardBuffers shard, int tokens) {
    gradientCalls[shard.index].execute(context.streams().get(shard.index));
  }

  @Override
  public void stackedWeights(int worker, int layer, int count, boolean accumulate) {
    WeightGradient gradient = weightGradients[layer][worker];
    if (gradient != null) {
      gradient.execute(accumulate, context.streams().get(worker));
    }
  }

  @Override
  public void outputWeights(int worker, int count, boolean accumulate) {
    stackedWeights(worker, shape.layers(), count, accumulate);
  }

  @Override
  public void close() {
    resources.close();
  }
}

package io.charlstm.runtime.onednn;

import io.charlstm.bindings.onednn.Sgemm;
import io.charlstm.runtime.kernels.Floats;

/** Products over a window in float32, by plain {@code sgemm}. */
final class SgemmWindowProducts implements WindowProducts {
  private final PlanContext context;
  private final PlanShape shape;
  private final Steps steps;
  private ShardBuffers[] shards;
  private StackedWeights stacked;

  SgemmWindowProducts(PlanContext context) {
    this.context = context;
    this.shape = context.shape();
    this.steps = context.steps();
  }

  @Override
  public void reserve(Carver carver) {
    // Reads the weights as they are.
  }

  @Override
  public void bind(ShardBuffers[] newShards, ShardSlice[] slices, StackedWeights newStacked) {
    shards = newShards;
    stacked = newStacked;
  }

  @Override
  public void prepare(int worker) {
    // Reads the weights as they are.
  }

  @Override
  public void project(ShardSlice slice, int tokens) {
    int vocabulary = shape.vocabulary();
    int hidden = shape.hidden();
    long bias = context.parameters().outputBias;
    long logits = steps.logits(slice);
    for (long i = 0; i < tokens; i++) {
      Floats.copy(bias, logits + 4 * i * vocabulary, vocabulary);
    }
    Sgemm.run(
        false,
        true,
        tokens,
        vocabulary,
        hidden,
        1,
        steps.projected(slice),
        steps.projectedStride(),
        context.parameters().outputWeights,
        hidden,
        1,
        logits,
        vocabulary);
  }

  @Override
  public void projectGradient(ShardSlice slice, int tokens) {
    int vocabulary = shape.vocabulary();
    int hidden = shape.hidden();
    Sgemm.run(
        false,
        false,
        tokens,
        hidden,
        vocabulary,
        1,
        steps.logits(slice),
        vocabulary,
        context.parameters().outputWeights,
        hidden,
        0,
        steps.outputGradient(slice.shard, slice.steps.first()),
        hidden);
  }

  @Override
  public void stackedWeights(int worker, int layer, int count, boolean accumulate) {
    if (shape.gradientsByChunk()) {
      sumShards(worker, layer, accumulate);
    } else {
      multiplyShards(worker, layer, count, accumulate);
    }
  }

  /** A worker's share of the sum over the shards, which have their parts ready. */
  private void sumShards(int worker, int layer, boolean accumulate) {
    long size = 4L * shape.hidden() * shape.width(layer);
    int workers = context.workers().count();
    long from = Columns.begin(size, worker, workers);
    long count = Columns.end(size, worker, workers) - from;
    long target = stacked.gradients[layer] + 4 * from;
    for (ShardBuffers shard : shards) {
      long part = shard.weightGradients[layer] + 4 * from;
      context.kernels().put(part, target, count, accumulate || shard.index > 0);
    }
  }

  private void multiplyShards(int worker, int layer, int count, boolean accumulate) {
    long gates = 4L * shape.hidden();
    int workers = context.workers().count();
    long from = Columns.begin(gates, worker, workers);
    long columns = Columns.end(gates, worker, workers) - from;
    if (columns == 0) {
      return;
    }
    long inner = shape.width(layer);
    for (ShardBuffers shard : shards) {
      Sgemm.run(
          true,
          false,
          inner,
          columns,
          (long) count * shape.rows(),
          1,
          shard.stacked[layer],
          shape.stackedStride(layer),
          shard.gates[layer] + 4 * from,
          shape.gateStride(),
          accumulate || shard.index > 0 ? 1 : 0,
          stacked.gradients[layer] + 4 * from,
          gates);
    }
  }

  @Override
  public void outputWeights(int worker, int count, boolean accumulate) {
    int hidden = shape.hidden();
    int vocabulary = shape.vocabulary();
    int workers = context.workers().count();
    long from = Columns.begin(hidden, worker, workers);
    long columns = Columns.end(hidden, worker, workers) - from;
    if (columns == 0) {
      return;
    }
    for (ShardBuffers shard : shards) {
      Sgemm.run(
          true,
          false,
          vocabulary,
          columns,
          (long) count * shape.rows(),
          1,
          shard.logits,
          vocabulary,
          steps.projected(shard) + 4 * from,
          steps.projectedStride(),
          accumulate || shard.index > 0 ? 1 : 0,
          context.gradients().outputWeights + 4 * from,
          hidden);
    }
  }

  @Override
  public void close() {
    // Owns nothing.
  }
}

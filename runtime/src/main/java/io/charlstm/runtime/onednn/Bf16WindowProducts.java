package io.charlstm.runtime.onednn;

import static io.charlstm.bindings.onednn.DataType.BF16;

import io.charlstm.runtime.ownership.Resources;

/**
 * Products over a window of bfloat16 with float32 results, by oneDNN's matmul. They always take all
 * of the plan's steps; a shorter window has zeros in the others.
 */
final class Bf16WindowProducts implements WindowProducts {
  private final PlanContext context;
  private final PlanShape shape;
  private final Resources resources = new Resources();

  /** By slice; null where a slice has no step of the head. */
  private final Bf16Projection[] projections;

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
    projections = new Bf16Projection[shape.slices()];
    try {
      for (int slice = 0; slice < projections.length; slice++) {
        int steps = shape.headSteps(slice).count();
        projections[slice] = steps == 0 ? null : resources.own(new Bf16Projection(context, steps));
      }
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

  private WeightGradient weightGradient(int layer, int worker, int workers) {
    boolean output = layer == shape.layers();
    long all = output ? shape.hidden() : 4L * shape.hidden();
    long columns = Columns.end(all, worker, workers) - Columns.begin(all, worker, workers);
    if (columns == 0) {
      return null;
    }
    long inner = output ? shape.vocabulary() : shape.width(layer);
    long innerStride = output ? shape.logitGradientStride() : shape.stackedStride(layer);
    long sourceStride = output ? context.steps().projectedStride() : shape.gateStride();
    WeightGradient.Sizes sizes =
        new WeightGradient.Sizes(
            shape.shardTokens(), inner, innerStride, columns, sourceStride, all);
    return resources.own(new WeightGradient(context.engine(), sizes, shape.shards()));
  }

  @Override
  public void reserve(Carver carver) {
    long bytes = 0;
    for (Bf16Projection projection : projections) {
      if (projection != null) {
        projection.reserve(carver);
        bytes = Math.max(bytes, projection.scratchBytes());
      }
    }
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
  public void bind(ShardBuffers[] shards, ShardSlice[] slices, StackedWeights stacked) {
    for (Bf16Projection projection : projections) {
      if (projection != null) {
        projection.bind();
      }
    }
    for (ShardSlice slice : slices) {
      if (projections[slice.index] != null) {
        projections[slice.index].bind(slice, scratch[slice.worker]);
      }
    }
    for (ShardBuffers shard : shards) {
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
    // From the last worker on, as the first ones have the first layers' weights to pack.
    int workers = scratch.length;
    int packings = 2 * projections.length;
    for (int i = workers - 1 - worker; i < packings; i += workers) {
      Bf16Projection projection = projections[i / 2];
      if (projection != null) {
        projection.prepare(i % 2 == 0, context.streams().get(worker));
      }
    }
  }

  @Override
  public void project(ShardSlice slice, int tokens) {
    projections[slice.index].project(slice);
  }

  @Override
  public void projectGradient(ShardSlice slice, int tokens) {
    projections[slice.index].projectGradient(slice);
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

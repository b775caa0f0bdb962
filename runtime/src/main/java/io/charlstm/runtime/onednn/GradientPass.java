package io.charlstm.runtime.onednn;

import io.charlstm.bindings.onednn.Sgemm;
import io.charlstm.runtime.kernels.Floats;
import io.charlstm.runtime.kernels.Kernels;

/**
 * Gradients of the parameters, summed over the shards. Each worker owns some columns of every
 * gradient and adds the shards in order, so the sums need no second buffer and always come out the
 * same.
 */
final class GradientPass {
  private final PlanContext context;
  private final PlanShape shape;
  private final Steps steps;
  private final Kernels kernels;
  private final ParameterAddresses gradients;
  private final DerivedWeights derived;
  private final WindowProducts products;
  private final ShardBuffers[] shards;
  private final ShardSlice[] slices;

  GradientPass(
      PlanContext context,
      DerivedWeights derived,
      WindowProducts products,
      ShardBuffers[] shards,
      ShardSlice[] slices) {
    this.context = context;
    this.shape = context.shape();
    this.steps = context.steps();
    this.kernels = context.kernels();
    this.gradients = context.gradients();
    this.derived = derived;
    this.products = products;
    this.shards = shards;
    this.slices = slices;
  }

  /** One worker's part; all workers must call it. */
  void run(int worker, int count, boolean accumulate) {
    int workers = context.workers().count();
    long gates = 4L * shape.hidden();
    long from = Columns.begin(gates, worker, workers);
    long columns = Columns.end(gates, worker, workers) - from;
    for (int layer = 0; layer < shape.layers(); layer++) {
      products.stackedWeights(worker, layer, count, accumulate && !shape.dropsWeights());
    }
    if (columns > 0) {
      for (int layer = 0; layer < shape.layers(); layer++) {
        if (shape.inputWidth(layer) > 0) {
          biases(layer, from, columns, accumulate);
        }
      }
      if (shape.table()) {
        table(from, columns, count, accumulate);
      }
    }
    output(worker, count, accumulate);
    // The embedding's gradient reads all columns of the table's; dropped weights' are whole now.
    context.workers().barrier();
    derived.stacked.joinGradients(worker, accumulate);
    if (!shape.config().oneHot()) {
      embedding(worker, count, accumulate || shape.config().tiedEmbedding());
    }
  }

  private void biases(int layer, long from, long columns, boolean accumulate) {
    // Only the sum of both biases enters, so their gradients are equal.
    bias(layer, gradients.inputBias[layer], from, columns, accumulate);
    bias(layer, gradients.recurrentBias[layer], from, columns, accumulate);
  }

  private void bias(int layer, long gradient, long from, long columns, boolean accumulate) {
    long target = gradient + 4 * from;
    if (!accumulate) {
      Floats.zero(target, columns);
    }
    for (ShardBuffers shard : shards) {
      kernels.add(target, shard.biasGradients[layer] + 4 * from, columns);
    }
  }

  // Layer 0 with a table: its gradient's rows are sums over the tokens that read them.
  private void table(long from, long columns, int count, boolean accumulate) {
    long gates = 4L * shape.hidden();
    int vocabulary = shape.vocabulary();
    long target = derived.tableGradient + 4 * from;
    for (long v = 0; v < vocabulary; v++) {
      Floats.zero(target + 4 * v * gates, columns);
    }
    for (ShardBuffers shard : shards) {
      if (shard.tableGradient == 0) {
        scatterGates(shard, target, from, columns, count);
      } else {
        addTable(shard, target, from, columns);
      }
    }
    columnSums(target, gates, columns, vocabulary, gradients.inputBias[0] + 4 * from, accumulate);
    columnSums(
        target, gates, columns, vocabulary, gradients.recurrentBias[0] + 4 * from, accumulate);
    long weights = gradients.inputWeights[0] + 4 * from;
    if (shape.config().oneHot()) {
      for (long v = 0; v < vocabulary; v++) {
        kernels.put(target + 4 * v * gates, weights + 4 * v * gates, columns, accumulate);
      }
      return;
    }
    int width = shape.config().embeddingSize();
    Sgemm.run(
        true,
        false,
        width,
        columns,
        vocabulary,
        1,
        context.parameters().embedding,
        width,
        target,
        gates,
        accumulate ? 1 : 0,
        weights,
        gates);
  }

  private void scatterGates(ShardBuffers shard, long target, long from, long columns, int count) {
    long gates = 4L * shape.hidden();
    long stride = shape.gateStride();
    int real = shape.realRows(shard.index);
    for (int step = 0; step < count; step++) {
      long tokens = shard.inputs + 4L * step * shape.rows();
      long source = steps.gates(shard, 0, step) + 4 * from;
      for (long r = 0; r < real; r++) {
        long token = Floats.getInt(tokens + 4 * r);
        kernels.add(target + 4 * token * gates, source + 4 * r * stride, columns);
      }
    }
  }

  private void addTable(ShardBuffers shard, long target, long from, long columns) {
    long gates = 4L * shape.hidden();
    long source = shard.tableGradient + 4 * from;
    for (long v = 0; v < shape.vocabulary(); v++) {
      kernels.add(target + 4 * v * gates, source + 4 * v * gates, columns);
    }
  }

  private void columnSums(
      long rows, long stride, long columns, long count, long target, boolean accumulate) {
    if (!accumulate) {
      Floats.zero(target, columns);
    }
    kernels.addRows(target, rows, stride, count, columns);
  }

  private void output(int worker, int count, boolean accumulate) {
    int workers = context.workers().count();
    int vocabulary = shape.vocabulary();
    long tokens = (long) count * shape.rows();
    products.outputWeights(worker, count, accumulate);
    long first = Columns.begin(vocabulary, worker, workers);
    long scores = Columns.end(vocabulary, worker, workers) - first;
    for (ShardBuffers shard : shards) {
      columnSums(
          shard.logits + 4 * first,
          vocabulary,
          scores,
          tokens,
          gradients.outputBias + 4 * first,
          accumulate || shard.index > 0);
    }
  }

  private void embedding(int worker, int count, boolean accumulate) {
    int workers = context.workers().count();
    int width = shape.config().embeddingSize();
    long from = Columns.begin(width, worker, workers);
    long columns = Columns.end(width, worker, workers) - from;
    if (columns == 0) {
      return;
    }
    long target = gradients.embedding + 4 * from;
    if (shape.table()) {
      long gates = 4L * shape.hidden();
      long weights = context.parameters().inputWeights[0] + 4 * from * gates;
      Sgemm.run(
          false,
          true,
          shape.vocabulary(),
          columns,
          gates,
          1,
          derived.tableGradient,
          gates,
          weights,
          gates,
          accumulate ? 1 : 0,
          target,
          width);
      return;
    }
    if (!accumulate) {
      for (long v = 0; v < shape.vocabulary(); v++) {
        Floats.zero(target + 4 * v * width, columns);
      }
    }
    for (ShardSlice slice : slices) {
      scatterInput(slice, from, columns, count);
    }
  }

  /** Of the columns that are asked for those that the slice has. */
  private void scatterInput(ShardSlice slice, long from, long columns, int count) {
    Span own = slice.inputs[0];
    long first = Math.max(from, own.first());
    long shared = Math.min(from + columns, own.end()) - first;
    if (shared <= 0) {
      return;
    }
    int width = shape.config().embeddingSize();
    long target = gradients.embedding + 4 * first;
    long stride = slice.gradientWidth(0);
    int real = shape.realRows(slice.shard.index);
    for (int step = 0; step < count; step++) {
      long tokens = slice.shard.inputs + 4L * step * shape.rows();
      long source = steps.stackedGradient(slice, 0, step) + 4 * (first - own.first());
      for (long r = 0; r < real; r++) {
        long token = Floats.getInt(tokens + 4 * r);
        kernels.add(target + 4 * token * width, source + 4 * r * stride, shared);
      }
    }
  }
}

package io.charlstm.runtime.onednn;

import io.charlstm.bindings.onednn.Sgemm;
import io.charlstm.runtime.kernels.Floats;
import io.charlstm.runtime.kernels.Kernels;

/**
 * What a plan computes from the parameters once after each change: the summed biases, the table of
 * layer 0 and, with weight dropout, copies of weights. The input is one of V tokens, so embedding
 * times input weights plus bias has only V different rows; time steps then gather rows instead of
 * multiplying.
 */
final class DerivedWeights {
  final StackedWeights stacked;

  /** Both biases of each layer summed, (4H). */
  final long[] bias;

  /** (V,4H); 0 when the plan has no table. */
  final long table;

  /** Gradient of the table (V,4H); 0 when not needed. */
  final long tableGradient;

  private final PlanShape shape;
  private final ParameterAddresses parameters;
  private final Kernels kernels;
  private final int workers;

  DerivedWeights(PlanContext context, DropoutSites dropout, Carver carver) {
    this.shape = context.shape();
    this.parameters = context.parameters();
    this.kernels = context.kernels();
    this.workers = context.workers().count();
    stacked = new StackedWeights(context, dropout, carver);
    long gates = 4L * shape.hidden();
    bias = new long[shape.layers()];
    for (int l = 0; l < bias.length; l++) {
      bias[l] = carver.words(gates);
    }
    long tableSize = shape.table() ? Math.multiplyExact(shape.vocabulary(), gates) : 0;
    table = shape.table() ? carver.words(tableSize) : 0;
    tableGradient = shape.table() && shape.training() ? carver.words(tableSize) : 0;
  }

  /** This worker's part of everything. */
  void prepare(int worker) {
    stacked.prepare(worker);
    long gates = 4L * shape.hidden();
    long from = Columns.begin(gates, worker, workers);
    long count = Columns.end(gates, worker, workers) - from;
    if (count == 0) {
      return;
    }
    for (int l = 0; l < bias.length; l++) {
      long offset = 4 * from;
      kernels.sum(
          bias[l] + offset,
          parameters.inputBias[l] + offset,
          parameters.recurrentBias[l] + offset,
          count);
    }
    if (shape.table()) {
      fillTable(from, count);
    }
  }

  private void fillTable(long from, long count) {
    long gates = 4L * shape.hidden();
    int vocabulary = shape.vocabulary();
    long source = bias[0] + 4 * from;
    for (long v = 0; v < vocabulary; v++) {
      long row = 4 * (v * gates + from);
      if (shape.config().oneHot()) {
        kernels.sum(table + row, source, parameters.inputWeights[0] + row, count);
      } else {
        Floats.copy(source, table + row, count);
      }
    }
    if (!shape.config().oneHot()) {
      int width = shape.config().embeddingSize();
      long weights = parameters.inputWeights[0] + 4 * from;
      Sgemm.run(
          false,
          false,
          vocabulary,
          count,
          width,
          1,
          parameters.embedding,
          width,
          weights,
          gates,
          1,
          table + 4 * from,
          gates);
    }
  }
}

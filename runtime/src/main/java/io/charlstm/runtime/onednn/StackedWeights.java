package io.charlstm.runtime.onednn;

import io.charlstm.runtime.kernels.Floats;
import io.charlstm.runtime.kernels.Kernels;

/**
 * What [x,h] of each layer is multiplied with, and where that product's gradient goes: parameters
 * and gradients themselves or, with weight dropout, copies. A training window then reads recurrent
 * weights of which some elements are dropped, and their gradients get the same mask before they
 * join the others, as each window has a mask of its own.
 */
final class StackedWeights {
  /** Per layer (K,4H). */
  final long[] weights;

  /** Per layer (K,4H). */
  final long[] gradients;

  private final PlanShape shape;
  private final ParameterAddresses parameters;
  private final ParameterAddresses sums;
  private final DropoutSites dropout;
  private final Kernels kernels;
  private final int workers;

  StackedWeights(PlanContext context, DropoutSites dropout, Carver carver) {
    this.shape = context.shape();
    this.parameters = context.parameters();
    this.sums = context.gradients();
    this.dropout = dropout;
    this.kernels = context.kernels();
    this.workers = context.workers().count();
    weights = new long[shape.layers()];
    gradients = new long[shape.layers()];
    for (int l = 0; l < weights.length; l++) {
      boolean copied = shape.dropsWeights();
      long size = 4L * shape.hidden() * shape.width(l);
      weights[l] = copied ? carver.words(size) : parameters.stackedWeights(shape, l);
      gradients[l] = copied ? carver.words(size) : sums.stackedWeights(shape, l);
    }
  }

  /** Writes this worker's rows of the copies: the window's, or without dropout the parameters. */
  void prepare(int worker) {
    if (!shape.dropsWeights()) {
      return;
    }
    for (int l = 0; l < weights.length; l++) {
      long source = parameters.stackedWeights(shape, l);
      int input = shape.inputWidth(l);
      long from = Columns.begin(input, worker, workers);
      long count = Columns.end(input, worker, workers) - from;
      Floats.copy(row(source, from), row(weights[l], from), count * 4 * shape.hidden());
      prepareRecurrent(l, row(source, input), row(weights[l], input), worker);
    }
  }

  private void prepareRecurrent(int layer, long source, long target, int worker) {
    long from = Columns.begin(shape.hidden(), worker, workers);
    int count = (int) (Columns.end(shape.hidden(), worker, workers) - from);
    if (dropout.dropsWeights()) {
      dropout.applyToWeights(layer, row(source, from), row(target, from), from, count);
    } else {
      Floats.copy(row(source, from), row(target, from), 4L * count * shape.hidden());
    }
  }

  /**
   * Joins this worker's rows of the copies' gradients to those of the parameters. All workers must
   * be done with the products.
   *
   * @param accumulate whether to add to the gradients instead of replacing them
   */
  void joinGradients(int worker, boolean accumulate) {
    if (!shape.dropsWeights()) {
      return;
    }
    for (int l = 0; l < gradients.length; l++) {
      long target = sums.stackedWeights(shape, l);
      int input = shape.inputWidth(l);
      long from = Columns.begin(input, worker, workers);
      long count = Columns.end(input, worker, workers) - from;
      join(row(gradients[l], from), row(target, from), count, accumulate);
      from = Columns.begin(shape.hidden(), worker, workers);
      count = Columns.end(shape.hidden(), worker, workers) - from;
      long recurrent = row(gradients[l], input + from);
      dropout.applyToWeights(l, recurrent, recurrent, from, (int) count);
      join(recurrent, row(target, input + from), count, accumulate);
    }
  }

  private void join(long source, long target, long rows, boolean accumulate) {
    kernels.put(source, target, rows * 4 * shape.hidden(), accumulate);
  }

  private long row(long matrix, long index) {
    return matrix + 16 * index * shape.hidden();
  }
}

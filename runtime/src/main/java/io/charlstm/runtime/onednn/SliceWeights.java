package io.charlstm.runtime.onednn;

import io.charlstm.runtime.kernels.Floats;

/**
 * What the step products of a slice read of each layer's weights W (K,4H): the columns of its
 * units' gates going forward, and the rows of its part of [x,h] going back. Gathered after each
 * change; a slice of all units reads the parameters where they are.
 */
final class SliceWeights {
  private final PlanContext context;
  private final PlanShape shape;
  private final DerivedWeights derived;
  private final Span[] units;
  private final Span[][] inputs;
  private final long[][] columns;
  private final long[][] rows;
  private final long[][] biases;

  SliceWeights(PlanContext context, DerivedWeights derived, Carver carver) {
    this.context = context;
    this.shape = context.shape();
    this.derived = derived;
    int layers = shape.slices() == 1 ? 0 : shape.layers();
    units = new Span[shape.slices()];
    inputs = new Span[layers][shape.slices()];
    columns = new long[layers][shape.slices()];
    rows = new long[layers][shape.slices()];
    biases = new long[layers][shape.slices()];
    for (int layer = 0; layer < layers; layer++) {
      for (int slice = 0; slice < shape.slices(); slice++) {
        units[slice] = shape.units(slice);
        inputs[layer][slice] = shape.inputs(layer, slice);
        long gates = 4L * units[slice].count();
        columns[layer][slice] = carver.words(Math.multiplyExact(shape.width(layer), gates));
        biases[layer][slice] = carver.words(gates);
        rows[layer][slice] =
            shape.training()
                ? carver.words(4L * shape.hidden() * shape.gradientWidth(layer, slice))
                : 0;
      }
    }
  }

  private boolean gathered() {
    return columns.length > 0;
  }

  /** (K,4 units). */
  long columns(int layer, int slice) {
    return gathered() ? columns[layer][slice] : derived.stacked.weights[layer];
  }

  /** (columns of x and h,4H). */
  long rows(int layer, int slice) {
    return gathered() ? rows[layer][slice] : derived.stacked.weights[layer];
  }

  /** (4 units). */
  long bias(int layer, int slice) {
    return gathered() ? biases[layer][slice] : derived.bias[layer];
  }

  /** Makes {@link #columns} and {@link #bias} those of the present parameters. */
  void gatherColumns(int layer, int slice) {
    if (!gathered()) {
      return;
    }
    ParameterAddresses parameters = context.parameters();
    Span own = units[slice];
    long from = derived.stacked.weights[layer];
    long to = columns[layer][slice];
    long parts = 4L * shape.width(layer);
    for (long part = 0; part < parts; part++) {
      long source = from + 4 * (part * shape.hidden() + own.first());
      Floats.copy(source, to + 4 * part * own.count(), own.count());
    }
    for (long gate = 0; gate < 4; gate++) {
      long offset = 4 * (gate * shape.hidden() + own.first());
      context
          .kernels()
          .sum(
              biases[layer][slice] + 4 * gate * own.count(),
              parameters.inputBias[layer] + offset,
              parameters.recurrentBias[layer] + offset,
              own.count());
    }
  }

  /** Makes {@link #rows} those of the present parameters. */
  void gatherRows(int layer, int slice) {
    if (!gathered()) {
      return;
    }
    long gates = 4L * shape.hidden();
    long from = derived.stacked.weights[layer];
    long to = rows[layer][slice];
    Span own = inputs[layer][slice];
    long recurrent = (long) shape.inputWidth(layer) + units[slice].first();
    Floats.copy(from + 4 * gates * own.first(), to, gates * own.count());
    Floats.copy(
        from + 4 * gates * recurrent, to + 4 * gates * own.count(), gates * units[slice].count());
  }
}

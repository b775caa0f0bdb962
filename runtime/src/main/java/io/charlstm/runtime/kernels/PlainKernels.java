package io.charlstm.runtime.kernels;

/** Kernels by plain loops, for runtimes without the incubator module. */
final class PlainKernels implements Kernels {

  @Override
  public String description() {
    return "plain kernels";
  }

  @Override
  public void lstmForward(
      long preactivations,
      long gates,
      long gateStride,
      long cPrevious,
      long c,
      long tanhC,
      long h,
      long hStride,
      long hCopy,
      long copyStride,
      int rows,
      int units,
      int hidden,
      int gateWidth) {
    for (long r = 0; r < rows; r++) {
      long cell = 4 * r * hidden;
      long hRow = h + 4 * r * hStride;
      long copyRow = hCopy == 0 ? hRow : hCopy + 4 * r * copyStride;
      PlainGates.forwardRow(
          preactivations + 16 * r * units,
          gates + 4 * r * gateStride,
          cPrevious + cell,
          c + cell,
          tanhC + cell,
          hRow,
          copyRow,
          units,
          gateWidth);
    }
  }

  @Override
  public void lstmBackward(
      long gates,
      long gateStride,
      long cPrevious,
      long tanhC,
      long dhAbove,
      long aboveStride,
      long dhNext,
      long nextStride,
      long dc,
      long dBias,
      int rows,
      int units,
      int hidden,
      int gateWidth) {
    for (long r = 0; r < rows; r++) {
      long cell = 4 * r * hidden;
      long row = gates + 4 * r * gateStride;
      long above = dhAbove + 4 * r * aboveStride;
      long next = dhNext + 4 * r * nextStride;
      PlainGates.backward(
          row,
          cPrevious + cell,
          tanhC + cell,
          above,
          next,
          dc + cell,
          0,
          4L * units,
          4L * gateWidth);
      if (dBias != 0) {
        addGates(dBias, row, units, hidden, gateWidth);
      }
    }
  }

  private static void addGates(long sums, long row, int units, int hidden, int gateWidth) {
    for (long gate = 0; gate < 4; gate++) {
      long sum = sums + 4 * gate * hidden;
      PlainLoops.sum(sum, sum, row + 4 * gate * gateWidth, 4L * units);
    }
  }

  @Override
  public double crossEntropy(long logits, long targets, long losses, int rows, int vocabulary) {
    long bytes = 4L * vocabulary;
    double total = 0;
    for (int r = 0; r < rows; r++) {
      long row = logits + r * bytes;
      int target = Floats.getInt(targets + 4L * r);
      double loss = 0;
      if (target >= 0) {
        float max = PlainSoftmax.max(row, bytes);
        float sum = PlainSoftmax.sumExp(row, bytes, max);
        loss = Math.log(sum) + ((double) max - Floats.get(row + 4L * target));
      }
      if (losses != 0) {
        Floats.set(losses + 4L * r, (float) loss);
      }
      total += loss;
    }
    return total;
  }

  @Override
  public double crossEntropyGradient(
      long logits, long targets, int rows, int vocabulary, float scale) {
    long bytes = 4L * vocabulary;
    double total = 0;
    for (int r = 0; r < rows; r++) {
      long row = logits + r * bytes;
      int target = Floats.getInt(targets + 4L * r);
      if (target < 0) {
        Floats.zero(row, vocabulary);
        continue;
      }
      long scored = row + 4L * target;
      double logit = Floats.get(scored);
      float max = PlainSoftmax.max(row, bytes);
      float sum = PlainSoftmax.exponentials(row, bytes, max);
      PlainSoftmax.scale(row, bytes, scale / sum);
      Floats.set(scored, Floats.get(scored) - scale);
      total += Math.log(sum) + (max - logit);
    }
    return total;
  }

  @Override
  public void add(long destination, long source, long count) {
    PlainLoops.sum(destination, destination, source, 4 * count);
  }

  @Override
  public void addRows(long destination, long source, long stride, long rows, long columns) {
    PlainLoops.addRows(destination, source, 4 * stride, rows, 4 * columns);
  }

  @Override
  public void sum(long destination, long a, long b, long count) {
    PlainLoops.sum(destination, a, b, 4 * count);
  }

  @Override
  public double sumOfSquares(long values, long count, float bound) {
    return PlainLoops.sumOfSquares(values, 4 * count, bound);
  }

  @Override
  public void dropout(
      long source,
      long sourceStride,
      long destination,
      long destinationStride,
      int rows,
      int width,
      long key,
      long firstIndex,
      long indexStride,
      int threshold,
      float scale) {
    for (long r = 0; r < rows; r++) {
      int index = (int) (firstIndex + r * indexStride);
      long from = source + 4 * r * sourceStride;
      long to = destination + 4 * r * destinationStride;
      PlainLoops.dropoutRow(from, to, 0, width, key, index, threshold, scale);
    }
  }

  @Override
  public void toBf16(
      long source,
      long sourceStride,
      long destination,
      long destinationStride,
      int rows,
      int width) {
    for (long r = 0; r < rows; r++) {
      Bf16.roundRow(
          source + 4 * r * sourceStride, destination + 2 * r * destinationStride, 0, width);
    }
  }

  @Override
  public void fromBf16(
      long source,
      long sourceStride,
      long destination,
      long destinationStride,
      int rows,
      int width) {
    for (long r = 0; r < rows; r++) {
      Bf16.widenRow(
          source + 2 * r * sourceStride, destination + 4 * r * destinationStride, 0, width);
    }
  }

  @Override
  public void blend(long values, long target, long count, float gain) {
    PlainOptimizers.blend(values, target, 4 * count, gain);
  }

  @Override
  public void adam(long parameters, long gradients, long m, long v, long count, UpdateStep step) {
    PlainOptimizers.adam(parameters, gradients, m, v, 4 * count, step);
  }

  @Override
  public void sgd(long parameters, long gradients, long momentum, long count, UpdateStep step) {
    if (momentum == 0) {
      PlainOptimizers.sgd(parameters, gradients, 4 * count, step);
    } else {
      PlainOptimizers.momentum(parameters, gradients, momentum, 4 * count, step);
    }
  }

  @Override
  public void rmsProp(
      long parameters,
      long gradients,
      long squareAverage,
      long momentum,
      long count,
      UpdateStep step) {
    PlainOptimizers.rmsProp(parameters, gradients, squareAverage, momentum, 4 * count, step);
  }

  @Override
  public void adadelta(
      long parameters,
      long gradients,
      long squareAverage,
      long deltaAverage,
      long count,
      UpdateStep step) {
    PlainOptimizers.adadelta(parameters, gradients, squareAverage, deltaAverage, 4 * count, step);
  }
}

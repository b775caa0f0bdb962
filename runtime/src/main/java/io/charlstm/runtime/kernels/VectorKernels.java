package io.charlstm.runtime.kernels;

/** Kernels with the Vector API; loaded only when the incubator module is present. */
final class VectorKernels implements Kernels {

  @Override
  public String description() {
    return "vector kernels " + VectorMath.SPECIES.vectorBitSize() + " bit";
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
      VectorGates.forwardRow(
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
      VectorGates.backwardRow(
          row, cPrevious + cell, tanhC + cell, above, next, dc + cell, units, gateWidth);
      if (dBias != 0 && units == hidden) {
        VectorLoops.sum(dBias, dBias, row, 16L * hidden);
      }
    }
    if (dBias != 0 && units < hidden) {
      addGates(dBias, gates, gateStride, rows, units, hidden, gateWidth);
    }
  }

  // Apart from the loop over rows above, which is large enough already; see VectorGates.
  private static void addGates(
      long sums, long gates, long gateStride, int rows, int units, int hidden, int gateWidth) {
    for (long gate = 0; gate < 4; gate++) {
      long sum = sums + 4 * gate * hidden;
      long first = gates + 4 * gate * gateWidth;
      VectorLoops.addRows(sum, first, 4 * gateStride, rows, 4L * units);
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
        float max = VectorSoftmax.max(row, bytes);
        float sum = VectorSoftmax.sumExp(row, bytes, max);
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
      float max = VectorSoftmax.max(row, bytes);
      float sum = VectorSoftmax.exponentials(row, bytes, max);
      VectorSoftmax.scale(row, bytes, scale / sum);
      Floats.set(scored, Floats.get(scored) - scale);
      total += Math.log(sum) + (max - logit);
    }
    return total;
  }

  @Override
  public void add(long destination, long source, long count) {
    VectorLoops.sum(destination, destination, source, 4 * count);
  }

  @Override
  public void addRows(long destination, long source, long stride, long rows, long columns) {
    VectorLoops.addRows(destination, source, 4 * stride, rows, 4 * columns);
  }

  @Override
  public void sum(long destination, long a, long b, long count) {
    VectorLoops.sum(destination, a, b, 4 * count);
  }

  @Override
  public double sumOfSquares(long values, long count, float bound) {
    return VectorLoops.sumOfSquares(values, 4 * count, bound);
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
      VectorLoops.dropoutRow(from, to, width, key, index, threshold, scale);
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
      VectorBf16.roundRow(
          source + 4 * r * sourceStride, destination + 2 * r * destinationStride, width);
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
      VectorBf16.widenRow(
          source + 2 * r * sourceStride, destination + 4 * r * destinationStride, width);
    }
  }

  @Override
  public void blend(long values, long target, long count, float gain) {
    long whole = 4 * VectorMath.whole(count);
    VectorOptimizers.blend(values, target, whole, gain);
    PlainOptimizers.blend(values + whole, target + whole, 4 * count - whole, gain);
  }

  @Override
  public void adam(long parameters, long gradients, long m, long v, long count, UpdateStep step) {
    long whole = 4 * VectorMath.whole(count);
    long rest = 4 * count - whole;
    VectorOptimizers.adam(parameters, gradients, m, v, whole, step);
    PlainOptimizers.adam(parameters + whole, gradients + whole, m + whole, v + whole, rest, step);
  }

  @Override
  public void sgd(long parameters, long gradients, long momentum, long count, UpdateStep step) {
    long whole = 4 * VectorMath.whole(count);
    long rest = 4 * count - whole;
    if (momentum == 0) {
      VectorOptimizers.sgd(parameters, gradients, whole, step);
      PlainOptimizers.sgd(parameters + whole, gradients + whole, rest, step);
    } else {
      VectorOptimizers.momentum(parameters, gradients, momentum, whole, step);
      PlainOptimizers.momentum(parameters + whole, gradients + whole, momentum + whole, rest, step);
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
    long whole = 4 * VectorMath.whole(count);
    long rest = 4 * count - whole;
    VectorOptimizers.rmsProp(parameters, gradients, squareAverage, momentum, whole, step);
    PlainOptimizers.rmsProp(
        parameters + whole,
        gradients + whole,
        squareAverage + whole,
        momentum == 0 ? 0 : momentum + whole,
        rest,
        step);
  }

  @Override
  public void adadelta(
      long parameters,
      long gradients,
      long squareAverage,
      long deltaAverage,
      long count,
      UpdateStep step) {
    long whole = 4 * VectorMath.whole(count);
    long rest = 4 * count - whole;
    VectorOptimizers.adadelta(parameters, gradients, squareAverage, deltaAverage, whole, step);
    PlainOptimizers.adadelta(
        parameters + whole,
        gradients + whole,
        squareAverage + whole,
        deltaAverage + whole,
        rest,
        step);
  }
}

package io.charlstm.trainer;

import io.charlstm.data.TokenBatches;

/**
 * What the gradient of a window's summed loss is multiplied with. The loss of a window is its mean
 * over the targets scored, the sum over time of the mean over lanes, or its sum; the windows of an
 * update are averaged, and the result is rescaled.
 */
final class GradientScale {
  private final String reduction;
  private final double rescale;
  private final int accumulation;
  private final int batchSize;

  GradientScale(RunConfig config) {
    reduction = config.word("loss_reduction");
    rescale = config.decimal("gradient_rescale");
    accumulation = config.gradientAccumulation();
    batchSize = config.batchSize();
  }

  /**
   * The factor for one window.
   *
   * @param scored targets that are scored in it
   */
  double of(long scored) {
    double divisor =
        switch (reduction) {
          case "mean" -> (double) scored;
          case "per_lane" -> (double) batchSize;
          default -> 1.0;
        };
    return rescale / (divisor * accumulation);
  }

  /** The factor where every window is full. */
  double ofFull(TokenBatches batches) {
    return of((long) batches.sequenceLength() * batches.batchSize());
  }
}

package io.charlstm.runtime;

/**
 * A summed cross-entropy.
 *
 * @param nats sum of -ln p(target), in nats
 * @param count number of targets scored
 */
public record LossSum(double nats, long count) {
  public static final LossSum ZERO = new LossSum(0, 0);

  public LossSum plus(LossSum other) {
    return new LossSum(nats + other.nats, count + other.count);
  }

  /** Nats per token; NaN when nothing was scored. */
  public double mean() {
    return nats / count;
  }
}

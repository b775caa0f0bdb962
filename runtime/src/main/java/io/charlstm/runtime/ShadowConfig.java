package io.charlstm.runtime;

/**
 * A second set of weights that an updater keeps beside the parameters, the shadow, and what ties
 * the two to each other after each update.
 */
public sealed interface ShadowConfig {

  /** No second set. */
  ShadowConfig NONE = new None();

  /**
   * How far one set goes towards the other at an update.
   *
   * @param update number of the update, from 1
   */
  double gain(long update);

  /** No second set. */
  record None() implements ShadowConfig {
    @Override
    public double gain(long update) {
      return 0;
    }
  }

  /**
   * The shadow is an exponential moving average of the parameters (Polyak and Juditsky 1992): after
   * update n it goes towards them by 1 - min(decay, (1+n)/(10+n)). That is the warm-up of
   * TensorFlow's {@code tf.train.ExponentialMovingAverage} with {@code num_updates}: an average
   * over about the last tenth of the updates, until there are enough of them for the decay.
   *
   * @param decay of the average, from 0 to below 1
   */
  record Average(double decay) implements ShadowConfig {
    public Average {
      if (!(decay >= 0 && decay < 1)) {
        throw new IllegalArgumentException("averaging_decay must be from 0 to below 1: " + decay);
      }
    }

    @Override
    public double gain(long update) {
      return 1 - Math.min(decay, (1.0 + update) / (10.0 + update));
    }
  }

  /**
   * The shadow stays as it is, and the parameters go towards it by a part of the distance: the
   * global prior of dynamic evaluation (Krause, Kahembwe, Murray and Renals 2018).
   *
   * @param rate the part, from 0 to 1
   */
  record Anchor(double rate) implements ShadowConfig {
    public Anchor {
      if (!(rate >= 0 && rate <= 1)) {
        throw new IllegalArgumentException("the decay must be from 0 to 1: " + rate);
      }
    }

    @Override
    public double gain(long update) {
      return rate;
    }
  }
}

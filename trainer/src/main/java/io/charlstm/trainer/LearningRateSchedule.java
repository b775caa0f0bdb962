package io.charlstm.trainer;

/**
 * The learning rate of each step. Every schedule rises linearly over its warm-up: step s (from 0)
 * has the factor min(1, (s+1)/warmup). Then, with the configured rate r, decay factor f, decay
 * interval n and floor m:
 *
 * <ul>
 *   <li>constant: r
 *   <li>step: max(m, r * f^floor(s/n))
 *   <li>exponential: max(m, r * f^(s/n))
 *   <li>cosine: m + (r-m) * (1 + cos(pi*p)) / 2, p the share of the run that is done (Loshchilov
 *       and Hutter 2017, without restarts)
 *   <li>plateau: max(m, r * f^k), k the reductions so far: one whenever more than {@code
 *       plateau_patience} evaluations in a row brought no lower loss
 * </ul>
 *
 * <p>With {@code decay_after} d, step and exponential decay d intervals later: s/n-d takes the
 * place of s/n, and 0 that of what is negative.
 *
 * <p>With a limit in seconds p follows the clock, and such a run is not reproducible bit for bit;
 * all else is.
 */
final class LearningRateSchedule {
  private final String kind;
  private final double rate;
  private final double floor;
  private final double factor;
  private final double interval;
  private final long decayAfter;
  private final long warmupSteps;

  /**
   * The schedule of a configuration.
   *
   * @param stepsPerEpoch decay interval when {@code decay_every} is 0
   * @throws ConfigException for a cosine schedule of a run without an end
   */
  LearningRateSchedule(RunConfig config, RunLimits limits, double stepsPerEpoch) {
    kind = config.word("schedule");
    rate = config.decimal("learning_rate");
    floor = config.decimal("min_learning_rate");
    factor = config.decimal("decay_factor");
    long every = config.number("decay_every");
    interval = every == 0 ? stepsPerEpoch : every;
    decayAfter = config.number("decay_after");
    warmupSteps = config.number("warmup_steps");
    if (kind.equals("cosine") && limits.none()) {
      throw new ConfigException("schedule cosine needs an end: set steps, epochs or seconds");
    }
  }

  /**
   * Rate of one update.
   *
   * @param step updates made before it
   * @param progress share of the run that is done, 0 to 1
   * @param reductions of a plateau schedule
   */
  double rate(long step, double progress, long reductions) {
    double warmup = Math.min(1, (step + 1.0) / Math.max(1, warmupSteps));
    return warmup
        * switch (kind) {
          case "step" -> decayed(Math.max(0, Math.floor(step / interval) - decayAfter));
          case "exponential" -> decayed(Math.max(0, step / interval - decayAfter));
          case "cosine" -> floor + (rate - floor) * (1 + StrictMath.cos(Math.PI * progress)) / 2;
          case "plateau" -> decayed((double) reductions);
          default -> rate;
        };
  }

  private double decayed(double times) {
    return Math.max(floor, rate * StrictMath.pow(factor, times));
  }
}

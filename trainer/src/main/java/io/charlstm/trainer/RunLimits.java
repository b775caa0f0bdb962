package io.charlstm.trainer;

/**
 * What ends a run; whichever limit comes first does. 0 means no limit.
 *
 * @param steps number of updates
 * @param epochSteps number of updates that the limit of epochs amounts to
 * @param seconds time trained, over all starts of the run
 */
record RunLimits(long steps, long epochSteps, double seconds) {

  /**
   * The limits of a configuration.
   *
   * @param windowsPerEpoch windows in one pass over the training part
   */
  static RunLimits of(RunConfig config, long windowsPerEpoch) {
    long epochs = config.number("epochs");
    // An update may reach over the end of an epoch; the last one is made whole.
    double windows = (double) epochs * windowsPerEpoch;
    long epochSteps = (long) Math.ceil(windows / config.gradientAccumulation());
    return new RunLimits(config.number("steps"), epochSteps, config.decimal("seconds"));
  }

  /** Why the run is over, or null when it is not. */
  EndReason reached(long step, double elapsedSeconds) {
    if (steps > 0 && step >= steps) {
      return EndReason.STEPS;
    }
    if (epochSteps > 0 && step >= epochSteps) {
      return EndReason.EPOCHS;
    }
    if (seconds > 0 && elapsedSeconds >= seconds) {
      return EndReason.SECONDS;
    }
    return null;
  }

  /** Share of the run that is done, 0 to 1, by the limit that is nearest; 0 without limits. */
  double progress(long step, double elapsedSeconds) {
    double byStep = stepLimit() == 0 ? 0 : (double) step / stepLimit();
    double byClock = seconds == 0 ? 0 : elapsedSeconds / seconds;
    return Math.min(1, Math.max(byStep, byClock));
  }

  /** The smaller of the limits that count steps; 0 when there is none. */
  long stepLimit() {
    if (steps == 0 || epochSteps == 0) {
      return Math.max(steps, epochSteps);
    }
    return Math.min(steps, epochSteps);
  }

  boolean none() {
    return stepLimit() == 0 && seconds == 0;
  }
}

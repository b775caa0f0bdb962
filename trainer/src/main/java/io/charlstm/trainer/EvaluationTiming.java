package io.charlstm.trainer;

/**
 * When a run evaluates. With {@code eval_epochs} at the end of so many epochs, with {@code
 * eval_every} at its multiples. Automatically: where steps or epochs limit the run, ten times a run
 * but at least every 1000 steps; where only the clock does, ten times a run but at least every five
 * minutes.
 */
final class EvaluationTiming {
  private static final int TIMES = 10;
  private static final long MOST_STEPS = 1000;
  private static final double MOST_SECONDS = 300;

  private final EpochSteps epochs;
  private final long everyEpochs;
  private final long everySteps;
  private final double everySeconds;
  private double next;

  EvaluationTiming(RunConfig config, RunLimits limits, EpochSteps epochs) {
    this.epochs = epochs;
    everyEpochs = config.number("eval_epochs");
    long configured = config.number("eval_every");
    boolean byClock =
        everyEpochs == 0 && configured == 0 && limits.stepLimit() == 0 && limits.seconds() > 0;
    everySeconds = byClock ? Math.min(MOST_SECONDS, limits.seconds() / TIMES) : 0;
    everySteps = byClock ? 0 : configured > 0 ? configured : automatic(limits.stepLimit());
  }

  private static long automatic(long stepLimit) {
    return stepLimit == 0 ? MOST_STEPS : Math.clamp(stepLimit / TIMES, 1, MOST_STEPS);
  }

  /** The run starts, or starts again. */
  void start(double seconds) {
    next = seconds + everySeconds;
  }

  boolean isDue(long step, double seconds) {
    return (everyEpochs > 0 || everySteps > 0) ? isDueAt(step) : seconds >= next;
  }

  /** Whether the step by itself makes an evaluation due. */
  boolean isDueAt(long step) {
    if (everyEpochs > 0) {
      return epochs.isEnd(step) && epochs.epochAfter(step) % everyEpochs == 0;
    }
    return everySteps > 0 && step > 0 && step % everySteps == 0;
  }

  /** Steps up to the next one that by itself makes an evaluation due. */
  long stepsUntilDue(long step) {
    if (everyEpochs > 0) {
      return epochs.untilEnd(step);
    }
    return everySteps > 0 ? everySteps - step % everySteps : Long.MAX_VALUE;
  }

  /** An evaluation was made. */
  void done(double seconds) {
    next = seconds + everySeconds;
  }
}

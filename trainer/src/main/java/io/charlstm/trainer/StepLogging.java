package io.charlstm.trainer;

import io.charlstm.trainer.TrainingEvent.StepLog;

/** The log of steps: a line after every so many of each epoch. */
final class StepLogging {
  private final long every;
  private final StepRunner steps;
  private final TrainingState state;
  private final TrainingListener listener;
  private double since;
  private long sinceStep;

  StepLogging(RunConfig config, StepRunner steps, TrainingState state, TrainingListener listener) {
    every = config.number("log_every");
    this.steps = steps;
    this.state = state;
    this.listener = listener;
    sinceStep = state.step;
  }

  /** Steps up to the next line, or the end of the epoch; as many as one likes without a log. */
  long stepsUntilDue() {
    if (every == 0) {
      return Long.MAX_VALUE;
    }
    EpochSteps epochs = steps.epochSteps();
    long inEpoch = state.step - epochs.before(epochs.epochAfter(state.step));
    return Math.min(every - inEpoch % every, epochs.untilEnd(state.step));
  }

  /**
   * Tells a line if it is due after the last step.
   *
   * @param trainingSeconds of this start of the run
   */
  void tellWhenDue(double trainingSeconds) {
    if (every == 0) {
      return;
    }
    long batch = steps.epochSteps().inEpoch(state.step);
    if (batch % every != 0) {
      return;
    }
    double samples = (double) (state.step - sinceStep) * steps.samplesPerStep();
    double speed = samples / (trainingSeconds - since);
    since = trainingSeconds;
    sinceStep = state.step;
    listener.on(
        new StepLog(
            state.step,
            steps.epochSteps().epochOf(state.step),
            batch,
            speed,
            state.takeLoggedLoss(),
            state.epochPerplexity()));
  }
}

package io.charlstm.trainer;

import io.charlstm.runtime.CorpusTraining;
import io.charlstm.trainer.TrainingEvent.Batchwise;
import io.charlstm.trainer.TrainingEvent.Evaluation;
import io.charlstm.trainer.TrainingEvent.Progress;
import io.charlstm.trainer.TrainingEvent.Warning;
import java.util.Locale;
import java.util.Optional;

/**
 * The loop of a run: step, and when due evaluate, save, tell. What is done when depends on the step
 * alone, unless the run is limited by the clock; only automatic checkpoints, which change nothing,
 * always follow the clock.
 */
final class TrainingLoop {
  private static final double PROGRESS_SECONDS = 0.2;
  private static final double CHECKPOINT_SECONDS = 30;

  /** Steps left out in a row after which the policy {@code skip} gives up. */
  static final int MOST_SKIPPED = 100;

  private final StepRunner steps;
  private final TrainingState state;
  private final RunConfig config;
  private final RunLimits limits;
  private final LearningRateSchedule schedule;
  private final EvaluationTiming timing;
  private final Optional<Evaluator> evaluator;
  private final Optional<Evaluator> probe;
  private final StepLogging logging;
  private final SampleWriter samples;
  private final CheckpointWriter checkpoints;
  private final StopSignal stop;
  private final TrainingListener listener;

  private final boolean epochCheckpoints;

  private TrainingClock clock;
  private double learningRate;
  private double nextProgress;
  private double nextCheckpoint;
  private double spanStart;
  private long spanSteps;
  private long startStep;

  TrainingLoop(RunParts parts, StopSignal stop, TrainingListener listener) {
    steps = parts.steps();
    state = parts.state();
    config = parts.config();
    evaluator = parts.evaluator();
    probe = parts.probe();
    samples = parts.samples();
    checkpoints = parts.checkpoints();
    epochCheckpoints = config.flag("epoch_checkpoints");
    this.stop = stop;
    this.listener = listener;
    limits = RunLimits.of(config, parts.data().batches().windows());
    schedule = new LearningRateSchedule(config, limits, steps.stepsPerEpoch());
    timing = new EvaluationTiming(config, limits, steps.epochSteps());
    logging = new StepLogging(config, steps, state, listener);
  }

  /** Trains until a limit is reached or a stop is asked for; all is saved then. */
  EndReason run() {
    clock = new TrainingClock(state.seconds);
    startStep = state.step;
    learningRate = rate(Math.max(0, state.step - 1));
    nextCheckpoint = CHECKPOINT_SECONDS;
    timing.start(state.seconds);
    // Asked to stop in the middle of an evaluation, the run left it for later.
    boolean owed = timing.isDueAt(state.step) && state.evaluatedStep < state.step;
    EndReason reason = owed ? evaluate() : null;
    while (reason == null) {
      reason = limits.reached(state.step, clock.seconds());
      if (reason == null) {
        reason = stop.requested() ? EndReason.INTERRUPTED : advance();
      }
    }
    if (reason != EndReason.INTERRUPTED && state.evaluatedStep < state.step) {
      reason = evaluate() == EndReason.INTERRUPTED ? EndReason.INTERRUPTED : reason;
    }
    // The time used up belongs to what a limit in seconds is compared with.
    if (!checkpoints.holds(state) || reason == EndReason.SECONDS) {
      save(false);
    }
    return reason;
  }

  private EndReason advance() {
    steps();
    logging.tellWhenDue(clock.trainingSeconds());
    EndReason reason = null;
    if (timing.isDue(state.step, clock.seconds())) {
      reason = evaluate();
    }
    boolean epochEnds = epochCheckpoints && steps.epochSteps().isEnd(state.step);
    if ((epochEnds || checkpointDue()) && !checkpoints.holds(state)) {
      save(false);
    }
    if (epochEnds) {
      checkpoints.keepEpoch(state, steps.epochSteps().epochAfter(state.step));
    }
    tellProgress();
    return reason;
  }

  /** Makes as many steps as are best asked for at a time, but none beyond what is due. */
  private void steps() {
    long first = state.step;
    double[] rates = new double[(int) Math.min(steps.preferredSteps(), stepsUntilDue())];
    for (int i = 0; i < rates.length; i++) {
      rates[i] = rate(first + i);
    }
    CorpusTraining.Result result = steps.run(state, rates);
    learningRate = rates[rates.length - 1];
    spanSteps += rates.length;
    if (result.skipped() == 0) {
      state.skippedInARow = 0;
    } else {
      skip(result, rates.length);
    }
  }

  private long stepsUntilDue() {
    long due = timing.stepsUntilDue(state.step);
    long every = config.number("checkpoint_every");
    if (every > 0) {
      due = Math.min(due, every - state.step % every);
    }
    if (epochCheckpoints) {
      due = Math.min(due, steps.epochSteps().untilEnd(state.step));
    }
    due = Math.min(due, logging.stepsUntilDue());
    return limits.stepLimit() > 0 ? Math.min(due, limits.stepLimit() - state.step) : due;
  }

  private void skip(CorpusTraining.Result result, int asked) {
    if (config.word("on_nonfinite").equals("stop")) {
      throw nonFinite("the loss or a gradient is not finite", result.firstSkipped() + 1);
    }
    if (state.skippedInARow == 0 || result.skipped() < asked) {
      String what = " was skipped: its loss or gradients are not finite";
      listener.on(new Warning("step " + (result.firstSkipped() + 1) + what));
    }
    state.skippedSteps += result.skipped();
    boolean all = result.skipped() == asked;
    state.skippedInARow = (all ? state.skippedInARow : 0) + result.skippedInARow();
    if (state.skippedInARow >= MOST_SKIPPED) {
      throw nonFinite(state.skippedInARow + " steps in a row were not finite", state.step);
    }
  }

  private double rate(long step) {
    return schedule.rate(step, limits.progress(step, clock.seconds()), state.rateReductions);
  }

  private NonFiniteLossException nonFinite(String what, long step) {
    String kept =
        checkpoints.lastSaved() < 0
            ? "there is no checkpoint yet"
            : "the checkpoint of step " + checkpoints.lastSaved() + " is kept";
    return new NonFiniteLossException(
        String.format(
            Locale.ROOT,
            "%s at step %d (learning rate %s); %s; lower learning_rate or clip_norm%s",
            what,
            step,
            learningRate,
            kept,
            state.skippedSteps == 0 ? ", or set on_nonfinite=skip" : ""));
  }

  /** Evaluates; a reason when the run is to end. */
  private EndReason evaluate() {
    clock.pause();
    try {
      Optional<Findings> found = steps.withJudged(this::judge);
      if (found.isEmpty()) {
        return EndReason.INTERRUPTED;
      }
      conclude(found.get());
    } finally {
      clock.resume();
    }
    long patience = config.number("early_stopping_patience");
    boolean exhausted = patience > 0 && state.evaluationsSinceBest >= patience;
    return exhausted ? EndReason.EARLY_STOPPING : null;
  }

  /** What the weights come to; nothing when it was asked to stop before. */
  private Optional<Findings> judge() {
    Optional<Evaluator.Score> valid = evaluator.flatMap(scoring -> scoring.measure(stop));
    if (evaluator.isPresent() && valid.isEmpty()) {
      return Optional.empty();
    }
    double probed = probe.map(window -> window.score().mean()).orElse(Double.NaN);
    return Optional.of(new Findings(valid, probed, samples.write()));
  }

  private record Findings(Optional<Evaluator.Score> valid, double probed, String sample) {}

  private void conclude(Findings found) {
    double valid = found.valid().map(s -> s.loss().mean()).orElse(Double.NaN);
    double charsPerSec = spanSpeed();
    double monitored = evaluator.isPresent() ? valid : state.trainLoss();
    boolean better = state.takeEvaluation(monitored, config.number("plateau_patience"));
    boolean best = better && evaluator.isPresent();
    state.startNewSpan();
    state.seconds = clock.seconds();
    listener.on(
        new Evaluation(
            state.step,
            steps.epochs(state.step),
            learningRate,
            state.gradientNorm,
            state.lastTrainLoss,
            valid,
            charsPerSec,
            state.seconds,
            best,
            state.skippedSteps,
            batchwise(found),
            found.sample()));
    timing.done(state.seconds);
    if (best) {
      save(true);
    }
  }

  private Batchwise batchwise(Findings found) {
    return new Batchwise(
        state.epochPerplexity(),
        found.valid().map(Evaluator.Score::batchPerplexity).orElse(Double.NaN),
        found.probed());
  }

  private double spanSpeed() {
    double now = clock.trainingSeconds();
    double speed = spanSteps * steps.charactersPerStep() / (now - spanStart);
    spanStart = now;
    spanSteps = 0;
    return speed;
  }

  private boolean checkpointDue() {
    long every = config.number("checkpoint_every");
    return every > 0 ? state.step % every == 0 : clock.sinceStart() >= nextCheckpoint;
  }

  private void save(boolean best) {
    if (!steps.checkpoint().isFinite()) {
      throw nonFinite("a weight is not finite", state.step);
    }
    clock.pause();
    state.seconds = clock.seconds();
    checkpoints.save(state, best);
    clock.resume();
    nextCheckpoint = clock.sinceStart() + CHECKPOINT_SECONDS;
  }

  private void tellProgress() {
    double now = clock.sinceStart();
    if (now < nextProgress) {
      return;
    }
    nextProgress = now + PROGRESS_SECONDS;
    double seconds = clock.seconds();
    double done = limits.progress(state.step, seconds);
    double spanSeconds = clock.trainingSeconds() - spanStart;
    listener.on(
        new Progress(
            state.step,
            steps.epochs(state.step),
            learningRate,
            state.trainLoss(),
            spanSteps == 0 ? Double.NaN : spanSteps * steps.charactersPerStep() / spanSeconds,
            seconds,
            limits.none() ? Double.NaN : done,
            secondsLeft(now, seconds)));
  }

  private double secondsLeft(double sinceStart, double seconds) {
    double left = Double.NaN;
    if (limits.stepLimit() > 0) {
      double perStep = sinceStart / (state.step - startStep);
      left = (limits.stepLimit() - state.step) * perStep;
    }
    if (limits.seconds() > 0) {
      double byClock = Math.max(0, limits.seconds() - seconds);
      left = Double.isNaN(left) ? byClock : Math.min(left, byClock);
    }
    return left;
  }

  /** Training speed over this start of the run, in characters a second. */
  double charsPerSec() {
    return (state.step - startStep) * steps.charactersPerStep() / clock.trainingSeconds();
  }
}

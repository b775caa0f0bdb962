package io.charlstm.trainer;

import io.charlstm.runtime.LossSum;
import java.util.Map;

/**
 * Where a run is, besides weights, moments and the lanes' h and c. The position in the data and the
 * counters of the dropout masks follow from the step. Saved whole in every checkpoint.
 */
final class TrainingState {
  /** Updates made or skipped. */
  long step;

  /** Time trained, over all starts of the run. */
  double seconds;

  /** Sum of the training losses since the last evaluation, in nats. */
  double runningNats;

  /** Targets in that sum. */
  long runningCount;

  /** Mean training loss when last evaluated. */
  double lastTrainLoss = Double.NaN;

  double gradientNorm = Double.NaN;

  /** Lowest validation loss so far; of a run without validation part, lowest training loss. */
  double bestLoss = Double.POSITIVE_INFINITY;

  long bestStep;

  /** Step of the last evaluation; 0 when there was none. */
  long evaluatedStep;

  /** Evaluations since the best one. */
  long evaluationsSinceBest;

  /** Reductions of the learning rate by a plateau schedule. */
  long rateReductions;

  /** Evaluations since the best one or the last reduction. */
  long plateauBad;

  long skippedSteps;
  long skippedInARow;

  /** Epoch, from 0, that the sums over an epoch are of. */
  long epoch;

  /** Sum of the perplexities of the epoch's steps. */
  double epochPerplexities;

  /** Steps in that sum. */
  long epochSteps;

  /** Sum of the training losses since the last line of the log of steps, in nats. */
  double loggedNats;

  /** Targets in that sum. */
  long loggedCount;

  /** Mean training loss since the last evaluation, or that of the last one just after it. */
  double trainLoss() {
    return runningCount == 0 ? lastTrainLoss : runningNats / runningCount;
  }

  /**
   * Adds steps of one epoch.
   *
   * @param loss summed over the steps
   * @param steps how many they are; 0 leaves all as it is
   */
  void add(LossSum loss, long steps, long ofEpoch) {
    if (ofEpoch != epoch) {
      epoch = ofEpoch;
      epochPerplexities = 0;
      epochSteps = 0;
    }
    if (steps == 0) {
      return;
    }
    runningNats += loss.nats();
    runningCount += loss.count();
    loggedNats += loss.nats();
    loggedCount += loss.count();
    epochPerplexities += steps * TrainingEvent.perplexity(loss.mean());
    epochSteps += steps;
  }

  /** Mean of the perplexities of the epoch's steps so far; NaN before the first. */
  double epochPerplexity() {
    return epochSteps == 0 ? Double.NaN : epochPerplexities / epochSteps;
  }

  /** Mean training loss since this was last called; NaN when there was no step. */
  double takeLoggedLoss() {
    double loss = loggedCount == 0 ? Double.NaN : loggedNats / loggedCount;
    loggedNats = 0;
    loggedCount = 0;
    return loss;
  }

  /** Ends the span of the running training loss. */
  void startNewSpan() {
    lastTrainLoss = trainLoss();
    runningNats = 0;
    runningCount = 0;
  }

  /**
   * Takes the loss of an evaluation; one that is not a number counts as not better.
   *
   * @param plateauPatience evaluations without improvement before the rate is reduced
   * @return whether it is the lowest so far
   */
  boolean takeEvaluation(double loss, long plateauPatience) {
    evaluatedStep = step;
    if (loss < bestLoss) {
      bestLoss = loss;
      bestStep = step;
      evaluationsSinceBest = 0;
      plateauBad = 0;
      return true;
    }
    evaluationsSinceBest++;
    plateauBad++;
    if (plateauBad > plateauPatience) {
      rateReductions++;
      plateauBad = 0;
    }
    return false;
  }

  /** The best checkpoint is lost. */
  void forgetBest() {
    bestLoss = Double.POSITIVE_INFINITY;
    bestStep = 0;
  }

  String toJson() {
    return new JsonLine()
        .put("step", step)
        .put("seconds", seconds)
        .put("running_nats", runningNats)
        .put("running_count", runningCount)
        .put("last_train_loss", lastTrainLoss)
        .put("gradient_norm", gradientNorm)
        .put("best_loss", bestLoss)
        .put("best_step", bestStep)
        .put("evaluated_step", evaluatedStep)
        .put("evaluations_since_best", evaluationsSinceBest)
        .put("rate_reductions", rateReductions)
        .put("plateau_bad", plateauBad)
        .put("skipped_steps", skippedSteps)
        .put("skipped_in_a_row", skippedInARow)
        .put("epoch", epoch)
        .put("epoch_perplexities", epochPerplexities)
        .put("epoch_steps", epochSteps)
        .put("logged_nats", loggedNats)
        .put("logged_count", loggedCount)
        .finish();
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException when an entry is missing or of another kind
   */
  static TrainingState fromJson(String json) {
    Map<String, Object> values = FlatJson.parse(json);
    TrainingState state = new TrainingState();
    state.step = count(values, "step");
    state.seconds = number(values, "seconds", 0);
    state.runningNats = number(values, "running_nats", Double.NaN);
    state.runningCount = count(values, "running_count");
    state.lastTrainLoss = number(values, "last_train_loss", Double.NaN);
    state.gradientNorm = number(values, "gradient_norm", Double.NaN);
    state.bestLoss = number(values, "best_loss", Double.POSITIVE_INFINITY);
    state.bestStep = count(values, "best_step");
    state.evaluatedStep = count(values, "evaluated_step");
    state.evaluationsSinceBest = count(values, "evaluations_since_best");
    state.rateReductions = count(values, "rate_reductions");
    state.plateauBad = count(values, "plateau_bad");
    state.skippedSteps = count(values, "skipped_steps");
    state.skippedInARow = count(values, "skipped_in_a_row");
    // Checkpoints of earlier versions end here.
    if (values.containsKey("epoch")) {
      state.epoch = count(values, "epoch");
      state.epochPerplexities = number(values, "epoch_perplexities", Double.POSITIVE_INFINITY);
      state.epochSteps = count(values, "epoch_steps");
      state.loggedNats = number(values, "logged_nats", Double.NaN);
      state.loggedCount = count(values, "logged_count");
    }
    return state;
  }

  private static long count(Map<String, Object> values, String name) {
    if (values.get(name) instanceof Long value && value >= 0) {
      return value;
    }
    throw new IllegalArgumentException("training state lacks a valid " + name);
  }

  private static double number(Map<String, Object> values, String name, double whenNull) {
    if (!values.containsKey(name)) {
      throw new IllegalArgumentException("training state lacks " + name);
    }
    return switch (values.get(name)) {
      case null -> whenNull;
      case Double value -> value;
      case Long value -> (double) value;
      default -> throw new IllegalArgumentException("training state lacks a valid " + name);
    };
  }
}

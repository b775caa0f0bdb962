package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.runtime.LossSum;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {
  // The formulas are evaluated in doubles in another order: a few units in the last place.
  private static final double ROUNDING = 1e-15;

  private static LearningRateSchedule schedule(Map<String, ?> values) {
    RunConfig config =
        RunConfig.defaults()
            .withValues(Map.of("learning_rate", 0.4, "min_learning_rate", 0.01, "steps", 200L))
            .withValues(values);
    return new LearningRateSchedule(config, RunLimits.of(config, 7), 25);
  }

  @Test
  void constantStays() {
    LearningRateSchedule constant = schedule(Map.of("schedule", "constant"));
    assertThat(constant.rate(0, 0, 0)).isEqualTo(0.4);
    assertThat(constant.rate(199, 0.995, 3)).isEqualTo(0.4);
  }

  @Test
  void warmUpRisesLinearlyToTheRate() {
    LearningRateSchedule warm = schedule(Map.of("warmup_steps", 4L));
    double[] expected = {0.1, 0.2, 0.3, 0.4, 0.4};
    for (int step = 0; step < expected.length; step++) {
      assertThat(warm.rate(step, 0, 0)).isCloseTo(expected[step], within(ROUNDING));
    }
  }

  @Test
  void stepFallsAtIntervals() {
    LearningRateSchedule step =
        schedule(Map.of("schedule", "step", "decay_every", 10L, "decay_factor", 0.5));
    assertThat(step.rate(9, 0, 0)).isEqualTo(0.4);
    assertThat(step.rate(10, 0, 0)).isEqualTo(0.2);
    assertThat(step.rate(39, 0, 0)).isCloseTo(0.05, within(ROUNDING));
    assertThat(step.rate(150, 0, 0)).isEqualTo(0.01);
  }

  @Test
  void exponentialFallsSteadilyByTheEpochWhenNotSaid() {
    LearningRateSchedule falling =
        schedule(Map.of("schedule", "exponential", "decay_factor", 0.97));
    assertThat(falling.rate(50, 0, 0)).isCloseTo(0.4 * 0.97 * 0.97, within(ROUNDING));
    assertThat(falling.rate(30, 0, 0))
        .isCloseTo(0.4 * Math.exp(Math.log(0.97) * 1.2), within(ROUNDING));
  }

  @Test
  void cosineFallsToTheFloor() {
    LearningRateSchedule cosine = schedule(Map.of("schedule", "cosine"));
    assertThat(cosine.rate(0, 0, 0)).isEqualTo(0.4);
    assertThat(cosine.rate(100, 0.5, 0)).isCloseTo(0.205, within(ROUNDING));
    assertThat(cosine.rate(50, 1.0 / 3, 0)).isCloseTo(0.01 + 0.39 * 0.75, within(ROUNDING));
    assertThat(cosine.rate(200, 1, 0)).isCloseTo(0.01, within(ROUNDING));
  }

  @Test
  void cosineNeedsAnEnd() {
    assertThatThrownBy(() -> schedule(Map.of("schedule", "cosine", "steps", 0L)))
        .isInstanceOf(ConfigException.class)
        .hasMessage("schedule cosine needs an end: set steps, epochs or seconds");
  }

  @Test
  void plateauFallsWithEachReduction() {
    LearningRateSchedule plateau = schedule(Map.of("schedule", "plateau", "decay_factor", 0.1));
    assertThat(plateau.rate(77, 0.4, 0)).isEqualTo(0.4);
    assertThat(plateau.rate(78, 0.4, 1)).isCloseTo(0.04, within(ROUNDING));
    assertThat(plateau.rate(79, 0.4, 2)).isEqualTo(0.01);
  }

  /** char-rnn: 0.97 at the end of its tenth epoch and of each one behind it. */
  @Test
  void decaysMayBeginLater() {
    Map<String, Object> late =
        Map.of("schedule", "step", "decay_factor", 0.97, "decay_after", 9L, "decay_every", 25L);
    LearningRateSchedule step = schedule(late);
    assertThat(step.rate(249, 0, 0)).isEqualTo(0.4);
    assertThat(step.rate(250, 0, 0)).isCloseTo(0.4 * 0.97, within(ROUNDING));
    assertThat(step.rate(275, 0, 0)).isCloseTo(0.4 * 0.97 * 0.97, within(ROUNDING));
    LearningRateSchedule smooth =
        schedule(Map.of("schedule", "exponential", "decay_after", 2L, "decay_every", 10L));
    assertThat(smooth.rate(20, 0, 0)).isEqualTo(0.4);
    assertThat(smooth.rate(25, 0, 0)).isCloseTo(0.4 * Math.sqrt(0.5), within(ROUNDING));
  }

  @Test
  void patienceIsCountedFromTheLowestLoss() {
    TrainingState state = new TrainingState();
    double[] losses = {3, 2, 2.5, 2, Double.NaN, 2.1, 1, 1};
    long[] reductions = {0, 0, 0, 0, 1, 1, 1, 1};
    for (int i = 0; i < losses.length; i++) {
      state.step = i + 1L;
      state.takeEvaluation(losses[i], 2);
      assertThat(state.rateReductions).as("after %d", i).isEqualTo(reductions[i]);
    }
    assertThat(state.bestLoss).isEqualTo(1);
    assertThat(state.bestStep).isEqualTo(7);
    assertThat(state.evaluationsSinceBest).isEqualTo(1);
  }

  @Test
  void progressIsThatOfTheNearestLimit() {
    RunLimits limits = new RunLimits(200, 100, 60);
    assertThat(limits.progress(25, 6)).isEqualTo(0.25);
    assertThat(limits.progress(25, 45)).isEqualTo(0.75);
    assertThat(limits.progress(25, 90)).isEqualTo(1);
    assertThat(limits.reached(99, 59)).isNull();
    assertThat(limits.reached(100, 0)).isEqualTo(EndReason.EPOCHS);
    assertThat(limits.reached(1, 60)).isEqualTo(EndReason.SECONDS);
    assertThat(new RunLimits(0, 0, 0).none()).isTrue();
  }

  @Test
  void anEpochThatEndsWithinAnUpdateIsMadeWhole() {
    RunConfig config =
        RunConfig.defaults().withValues(Map.of("epochs", 3L, "gradient_accumulation", 4L));
    assertThat(RunLimits.of(config, 7).epochSteps()).isEqualTo(6); // 21 windows, 4 a step
  }

  @Test
  void stateSurvivesJsonToTheLastBit() {
    TrainingState state = new TrainingState();
    state.step = 1L << 52;
    state.seconds = 0.1 + 0.2;
    state.runningNats = 1.0 / 3;
    state.runningCount = 7;
    state.skippedSteps = 2;
    state.add(new LossSum(4.0 / 3, 2), 1, 3);
    assertThat(TrainingState.fromJson(state.toJson()).toJson()).isEqualTo(state.toJson());
    state.takeEvaluation(2.0 / 3, 1);
    state.startNewSpan();
    TrainingState read = TrainingState.fromJson(state.toJson());
    assertThat(read.toJson()).isEqualTo(state.toJson());
    assertThat(read.bestLoss).isEqualTo(2.0 / 3);
    assertThat(read.lastTrainLoss).isEqualTo((1.0 / 3 + 4.0 / 3) / 9);
    assertThat(read.epoch).isEqualTo(3);
    assertThat(read.epochPerplexity()).isEqualTo(Math.exp(2.0 / 3));
    assertThat(read.takeLoggedLoss()).isEqualTo(2.0 / 3);
  }

  @Test
  void statesOfEarlierVersionsAreRead() {
    TrainingState state = new TrainingState();
    state.step = 9;
    String json = state.toJson();
    String earlier = json.substring(0, json.indexOf(",\"epoch\"")) + "}";
    assertThat(TrainingState.fromJson(earlier).step).isEqualTo(9);
    assertThat(TrainingState.fromJson(earlier).epochPerplexity()).isNaN();
  }
}

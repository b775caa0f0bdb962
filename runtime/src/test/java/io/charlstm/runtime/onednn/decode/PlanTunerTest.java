package io.charlstm.runtime.onednn.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.NetworkConfig;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class PlanTunerTest {
  private static final DecoderShape SHAPE =
      new DecoderShape(NetworkConfig.of(65, 64, 96, 3), 16, true);

  @Test
  void settlesOnThePlanThatMeasuresFastest() {
    for (int fastest = 1; fastest <= 6; fastest++) {
      if (fastest == 3 || fastest == 5) {
        continue; // Not among the plans: powers of two and the most that there is work for.
      }
      int wanted = fastest;
      PlanTuner tuner = new PlanTuner(SHAPE, 16, 1);
      assertThat(share(tuner, plan -> plan.workers() == wanted ? 3e3 : 5e3, wanted))
          .isGreaterThan(0.9);
    }
  }

  @Test
  void leavesAPlanThatHasBecomeSlowAndComesBack() {
    PlanTuner tuner = new PlanTuner(SHAPE, 2, 1);
    assertThat(share(tuner, plan -> plan.workers() == 2 ? 3e3 : 5e3, 2)).isGreaterThan(0.9);
    assertThat(share(tuner, plan -> plan.workers() == 2 ? 1e6 : 5e3, 1)).isGreaterThan(0.9);
    assertThat(share(tuner, plan -> plan.workers() == 2 ? 3e3 : 5e3, 2)).isGreaterThan(0.8);
  }

  @Test
  void oneThreadHasOnePlan() {
    PlanTuner tuner = new PlanTuner(SHAPE, 1, 64);
    for (int i = 0; i < 50; i++) {
      assertThat(tuner.next()).isEqualTo(WorkPlan.ALONE);
      assertThat(tuner.onTrial()).isFalse();
      tuner.record(1e4);
    }
  }

  @Test
  void stretchesAreAtLeastAStepAndNoLongerThanWhatIsLeft() {
    PlanTuner tuner = new PlanTuner(SHAPE, 1, 1);
    tuner.next();
    tuner.record(1e12);
    tuner.next();
    assertThat(tuner.steps(100)).isEqualTo(1);
    for (int i = 0; i < 100; i++) {
      tuner.next();
      tuner.record(1);
    }
    tuner.next();
    assertThat(tuner.steps(100)).isEqualTo(100);
  }

  /** The part of 2000 stretches that a number of workers gets. */
  private static double share(PlanTuner tuner, ToDoubleFunction<WorkPlan> nanos, int workers) {
    int count = 0;
    for (int i = 0; i < 2000; i++) {
      WorkPlan plan = tuner.next();
      tuner.record(nanos.applyAsDouble(plan));
      count += plan.workers() == workers ? 1 : 0;
    }
    return count / 2000.0;
  }
}

package io.charlstm.runtime.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.contract.Tokens;
import io.charlstm.runtime.onednn.PhaseClock.Phase;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which phases a clock sees, and that it sees no time twice. */
class PhaseClockTest {
  private static final int STEPS = 5;
  private static final int BATCH = 3;

  private final PhaseClock clock = new PhaseClock();
  private final MemorySegment tokens = Tokens.of(Tokens.cycle(STEPS * BATCH, 7));

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everyPhaseOfAStepIsSeenAndNoTimeCountsTwice(int threads) {
    try (OneDnnBackend backend = new OneDnnBackend(threads);
        Network network = backend.createNetwork(NetworkConfig.of(7, 4, 20, 2));
        WindowPlan plan = network.createTrainingPlan(STEPS, BATCH);
        Updater updater = network.createUpdater(new OptimizerConfig.Adam(0.9, 0.999, 1e-8, 0))) {
      backend.timePhases(clock);
      long start = System.nanoTime();
      step(plan, updater);
      step(plan, updater);
      long elapsed = System.nanoTime() - start;
      assertThat(seen()).isEqualTo(EnumSet.allOf(Phase.class));
      assertThat(total()).isLessThanOrEqualTo(elapsed);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void anEvaluationHasNoBackwardPhases(int threads) {
    try (OneDnnBackend backend = new OneDnnBackend(threads);
        Network network = backend.createNetwork(NetworkConfig.of(7, 4, 20, 2));
        WindowPlan plan = network.createEvaluationPlan(STEPS, BATCH)) {
      backend.timePhases(clock);
      plan.forward(tokens, tokens, STEPS);
      assertThat(seen()).contains(Phase.PACK, Phase.FORWARD, Phase.HEAD);
      assertThat(seen()).doesNotContain(Phase.BACKWARD, Phase.GRADIENTS, Phase.UPDATE);

      clock.reset();
      backend.timePhases(null);
      plan.forward(tokens, tokens, STEPS);
      assertThat(seen()).isEmpty();
    }
  }

  private void step(WindowPlan plan, Updater updater) {
    plan.forwardBackward(tokens, tokens, STEPS, new TrainingPass(0.1, false, 1, 1));
    updater.update(0.01, 1, 0);
  }

  private Set<Phase> seen() {
    Set<Phase> seen = EnumSet.noneOf(Phase.class);
    for (Phase phase : Phase.values()) {
      if (clock.nanos(phase) > 0) {
        seen.add(phase);
      }
    }
    return seen;
  }

  private long total() {
    return Arrays.stream(Phase.values()).mapToLong(clock::nanos).sum();
  }
}

package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.CorpusTraining;
import io.charlstm.testing.cuda.CudaDouble;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the device decides about steps over a text, and what it tells about them. */
@Tag(CudaDouble.TAG)
class StepResultsTest {
  /** A run of steps, each with one number that stands for its loss, and one for its gradient. */
  private static final class Steps implements AutoCloseable {
    private final KernelRig rig = new KernelRig();
    private final DeviceArray state;
    private final DeviceArray rates = rig.doubles(0.5, 0.25, 0.125);
    private final DeviceArray partials = rig.bytes(8);

    Steps(float lossScale, int interval) {
      state = rig.state(lossScale, interval);
      rig.run("set_corpus", 1, 32, state.address(), 10L, 1L, 0.0, 0.0);
      rig.run("set_position", 1, 32, state.address(), 7L, 7L);
    }

    /** The gradient as the step computes it: times the loss scale, in the range of a half. */
    StepState run(float loss, float gradient) {
      float scaled = gradient * state().lossScale();
      float held = Math.abs(scaled) > 65504 ? Float.POSITIVE_INFINITY : scaled;
      DeviceArray losses = rig.floats(loss, 99);
      DeviceArray targets = rig.ints(0, -1);
      long sum = state.address() + StepState.STEP_LOSS;
      rig.run("loss_sum", 1, 32, losses.address(), targets.address(), 1L, sum);
      long gradients = rig.floats(held).address();
      rig.run("norm_partials", 1, 32, state.address(), gradients, partials.address(), 1L);
      rig.run(
          "update_decide",
          1,
          32,
          state.address(),
          partials.address(),
          1,
          rates.address(),
          3,
          0.0,
          0.0,
          0.0,
          1);
      return state();
    }

    StepState state() {
      return new StepState(state.read());
    }

    CorpusTraining.Result results() {
      CorpusTraining.Result result = state().result();
      rig.run("reset_results", 1, 32, state.address());
      return result;
    }

    float stepSize() {
      return field().get(ValueLayout.JAVA_FLOAT, StepState.STEP_SIZE);
    }

    int restart() {
      return field().get(ValueLayout.JAVA_INT, StepState.RESTART);
    }

    private MemorySegment field() {
      return state().copy();
    }

    @Override
    public void close() {
      rig.close();
    }
  }

  @Test
  void stepsTakeTheirRateFromTheTable() {
    try (Steps steps = new Steps(1, 0)) {
      for (int s = 7; s < 12; s++) {
        StepState after = steps.run(1, 2);
        assertThat(after.step()).isEqualTo(s + 1);
        assertThat(after.applied()).isTrue();
        assertThat(steps.stepSize()).isEqualTo((float) (0.5 / (1 << s % 3)));
      }
      assertThat(steps.state().updates()).isEqualTo(5);
    }
  }

  @Test
  void resultsAreThoseOfTheFiniteSteps() {
    try (Steps steps = new Steps(1, 0)) {
      assertThat(steps.results().gradientNorm()).isNaN();
      steps.run(1.5f, -3);
      steps.run(Float.NaN, 4);
      assertThat(steps.restart()).isEqualTo(1);
      steps.run(2, Float.POSITIVE_INFINITY);
      steps.run(4, 5);
      assertThat(steps.restart()).isZero();
      StepState last = steps.run(8, Float.NaN);
      assertThat(last.applied()).isFalse();

      CorpusTraining.Result result = steps.results();
      assertThat(result.loss().nats()).isEqualTo(5.5);
      assertThat(result.loss().count()).isEqualTo(2);
      assertThat(result.gradientNorm()).isEqualTo(5);
      assertThat(result.skipped()).isEqualTo(3);
      assertThat(result.firstSkipped()).isEqualTo(8);
      assertThat(result.skippedInARow()).isEqualTo(1);

      steps.run(Float.POSITIVE_INFINITY, 1);
      CorpusTraining.Result next = steps.results();
      assertThat(next.loss().count()).isZero();
      assertThat(next.skipped()).isEqualTo(1);
      assertThat(next.firstSkipped()).isEqualTo(12);
      assertThat(next.skippedInARow()).isEqualTo(1);
      assertThat(steps.state().updates()).isEqualTo(2);
    }
  }

  @Test
  void anOverflowHalvesTheScaleAndIsNoSkippedStep() {
    try (Steps steps = new Steps(4096, 3)) {
      assertThat(steps.run(1, 100).lossScale()).isEqualTo(2048);
      assertThat(steps.restart()).isZero();
      assertThat(steps.run(2, 100).lossScale()).isEqualTo(1024);
      assertThat(steps.run(4, 100).lossScale()).isEqualTo(512);
      StepState applied = steps.run(8, 100);
      assertThat(applied.lossScale()).isEqualTo(512);
      assertThat(applied.overflows()).isEqualTo(3);
      assertThat(applied.updates()).isEqualTo(1);
      CorpusTraining.Result result = steps.results();
      assertThat(result.skipped()).isZero();
      assertThat(result.firstSkipped()).isEqualTo(-1);
      assertThat(result.loss().nats()).isEqualTo(15);
      assertThat(result.gradientNorm()).isEqualTo(100);
    }
  }

  @Test
  void theScaleDoublesAfterEnoughUpdates() {
    try (Steps steps = new Steps(2, 3)) {
      assertThat(steps.run(1, 1).lossScale()).isEqualTo(2);
      assertThat(steps.run(1, 1).lossScale()).isEqualTo(2);
      assertThat(steps.run(1, 1).lossScale()).isEqualTo(4);
      // The update itself still used the scale of its gradients.
      assertThat(steps.field().get(ValueLayout.JAVA_FLOAT, StepState.INVERSE_LOSS_SCALE))
          .isEqualTo(0.5f);
      // Every change starts the count anew.
      assertThat(steps.run(1, 1).lossScale()).isEqualTo(4);
      assertThat(steps.run(1, 60_000).lossScale()).isEqualTo(2);
      assertThat(steps.run(1, 1).lossScale()).isEqualTo(2);
      assertThat(steps.run(1, 1).lossScale()).isEqualTo(2);
      assertThat(steps.run(1, 1).lossScale()).isEqualTo(4);
    }
  }

  @Test
  void theScaleHasALimit() {
    try (Steps steps = new Steps(0x1p23f, 1)) {
      assertThat(steps.run(1, 1e-4f).lossScale()).isEqualTo(0x1p24f);
      assertThat(steps.run(1, 1e-4f).lossScale()).isEqualTo(0x1p24f);
    }
  }

  @Test
  void atTheSmallestScaleAnOverflowIsAStepThatIsNotFinite() {
    try (Steps steps = new Steps(1, 3)) {
      assertThat(steps.run(1, 1e6f).lossScale()).isEqualTo(1);
      assertThat(steps.results().skipped()).isEqualTo(1);
      assertThat(steps.restart()).isEqualTo(1);
    }
  }

  @Test
  void onlyAStepThatIsNotFiniteClearsTheCarriedState() {
    try (Steps steps = new Steps(1, 0)) {
      // 7 elements of 16 bits: no whole number of vectors.
      short[] held = {1, 2, 3, 4, 5, 6, 7};
      DeviceArray h = steps.rig.shorts(held);
      DeviceArray c = steps.rig.shorts(held);
      steps.run(1, 1);
      end(steps, h, c);
      assertThat(h.read().toArray(ValueLayout.JAVA_SHORT)).containsExactly(held);
      steps.run(Float.NaN, 1);
      end(steps, h, c);
      assertThat(h.read().toArray(ValueLayout.JAVA_SHORT)).containsOnly((short) 0);
      assertThat(c.read().toArray(ValueLayout.JAVA_SHORT)).containsOnly((short) 0);
    }
  }

  private static void end(Steps steps, DeviceArray h, DeviceArray c) {
    steps.rig.run("step_end", 2, 32, steps.state.address(), h.address(), c.address(), 7L);
  }
}

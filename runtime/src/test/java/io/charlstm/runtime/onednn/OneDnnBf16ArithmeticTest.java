package io.charlstm.runtime.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.contract.Errors;
import io.charlstm.runtime.contract.Problem;
import io.charlstm.runtime.contract.Tokens;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Training in bfloat16 rounds exactly what {@link RoundedLstm} rounds. */
class OneDnnBf16ArithmeticTest {
  /**
   * Relative in L2. Where a value lies near the middle of two bfloat16 numbers, the float32 error
   * of the sums before it, some 1e-6, decides which it becomes: one in a thousand then is off by
   * 2^-8, which makes 1.2e-4 in L2, and a gradient goes through several such numbers. Rounding
   * anything else, or not rounding it, makes 1e-3 and more.
   */
  private static final double TOLERANCE = 5e-4;

  static Stream<Problem> problems() {
    return Stream.of(
        Problem.of(7, 3, 4, 5, 2, 11, 801),
        Problem.of(6, 7, 20, 17, 3, 41, 802),
        Problem.of(5, 4, 0, 33, 2, 65, 803),
        Problem.of(9, 1, 12, 20, 1, 9, 804),
        Problem.of(6, 5, 24, 24, 2, 30, 805).tied(),
        // A vocabulary so large that the embeddings are multiplied rather than looked up.
        Problem.of(4, 3, 10, 18, 2, 300, 806),
        Problem.of(5, 2, 33, 33, 1, 70, 807).tied());
  }

  @ParameterizedTest
  @MethodSource("problems")
  void onlyWhatProductsReadIsRounded(Problem problem) {
    RoundedLstm expected = new RoundedLstm(problem);
    expected.run(0.25);
    for (int threads : new int[] {1, 2, 3}) {
      try (Backend backend = OneDnnUnderTest.createBf16(threads);
          Network network = backend.createNetwork(problem.config());
          WindowPlan plan = network.createTrainingPlan(problem.steps(), problem.batch())) {
        problem.fill(network);
        assertForward(problem, plan, expected);
        problem.fillState(plan);
        plan.forwardBackward(
            Tokens.of(problem.inputs(0)),
            Tokens.of(problem.targets(0)),
            problem.steps(),
            new TrainingPass(0.25, false, 1, 1));
        for (ParameterSpec spec : problem.config().parameters()) {
          double[] actual = Errors.widen(network.gradients().read(spec.name()));
          assertThat(Errors.relative(actual, expected.gradient(spec.name())))
              .as("gradient of %s of %s, %d threads", spec.name(), problem, threads)
              .isLessThan(TOLERANCE);
        }
      }
    }
  }

  private static void assertForward(Problem problem, WindowPlan plan, RoundedLstm expected) {
    problem.fillState(plan);
    plan.forward(Tokens.of(problem.inputs(0)), Tokens.of(problem.targets(0)), problem.steps());
    float[] logits = new float[expected.logits().length];
    plan.readLogits(logits);
    assertNear("logits", problem, logits, expected.logits());
    float[] h = problem.state(0);
    float[] c = problem.state(1);
    plan.readState(h, c);
    assertNear("h", problem, h, expected.state(0));
    assertNear("c", problem, c, expected.state(1));
  }

  private static void assertNear(String name, Problem problem, float[] actual, float[] expected) {
    assertThat(Errors.relative(actual, expected))
        .as("%s of %s", name, problem)
        .isLessThan(TOLERANCE);
  }
}

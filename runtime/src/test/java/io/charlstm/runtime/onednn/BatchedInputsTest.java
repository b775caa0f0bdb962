package io.charlstm.runtime.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.contract.Errors;
import io.charlstm.runtime.contract.Problem;
import io.charlstm.runtime.contract.Tokens;
import io.charlstm.runtime.contract.Tolerances;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Multiplying the layers' inputs for a chunk of steps at once computes what multiplying them step
 * by step does but for rounding, whichever of the two this processor would choose.
 */
class BatchedInputsTest {
  /** Rounding to bfloat16 now and then goes the other way after a sum in another order. */
  private static final double BF16_ORDERS = 4e-3;

  /** Two chunks and a shorter one, a table for layer 0. */
  private static final Problem TABLE = Problem.of(37, 7, 19, 150, 2, 29, 1301);

  /** Layer 0 multiplied, as inputs are dropped out. */
  private static final Problem MULTIPLIED =
      Problem.of(34, 5, 23, 131, 3, 31, 1302).withDropout(0.2, 0.1, 0.3);

  /** Less than a chunk, and exactly two of them. */
  private static final Problem SHORT = Problem.of(9, 3, 140, 140, 2, 41, 1303).tied();

  private static final Problem EVEN = Problem.of(32, 2, 0, 129, 2, 11, 1304);

  static Stream<Arguments> cases() {
    return Stream.of(TABLE, MULTIPLIED, SHORT, EVEN)
        .flatMap(
            problem ->
                Stream.of(new PlanSplit(1, 1), new PlanSplit(2, 1), new PlanSplit(2, 2))
                    .map(split -> Arguments.of(problem, split)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void trainingDiffersByRoundingOnly(Problem problem, PlanSplit split) {
    Map<String, float[]> expected = TwoWindows.train(fp32(split, false), problem);
    Map<String, float[]> actual = TwoWindows.train(fp32(split, true), problem);
    TwoWindows.assertNear(split, expected, actual, Tolerances.FP32_SAME_BACKEND);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void trainingInBf16DiffersByRoundingOnly(Problem problem, PlanSplit split) {
    Map<String, float[]> expected = TwoWindows.train(bf16(split, false), problem);
    Map<String, float[]> actual = TwoWindows.train(bf16(split, true), problem);
    TwoWindows.assertNear(split, expected, actual, BF16_ORDERS);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void evaluationDiffersByRoundingOnly(Problem problem, PlanSplit split) {
    float[] expected = logits(fp32(split, false), problem, "packed ");
    float[] actual = logits(fp32(split, true), problem, "packed, batched inputs");
    assertThat(Errors.relative(actual, expected)).isLessThan(Tolerances.FP32_SAME_BACKEND);
  }

  private static Backend fp32(PlanSplit split, boolean batches) {
    return forced(OneDnnUnderTest.create(split), batches);
  }

  private static Backend bf16(PlanSplit split, boolean batches) {
    return forced(OneDnnUnderTest.createBf16(split), batches);
  }

  private static Backend forced(Backend backend, boolean batches) {
    ((OneDnnBackend) backend).forceBatchedInputs(batches);
    return backend;
  }

  private static float[] logits(Backend backend, Problem problem, String products) {
    try (backend;
        Network network = backend.createNetwork(problem.config());
        WindowPlan plan = network.createEvaluationPlan(problem.steps(), problem.batch())) {
      // A single row is multiplied by plain products.
      if (problem.batch() > 2) {
        assertThat(((OneDnnPlan) plan).description()).startsWith(products);
      }
      problem.fill(network);
      problem.fillState(plan);
      plan.forward(Tokens.of(problem.inputs(0)), Tokens.of(problem.targets(0)), problem.steps());
      float[] logits = new float[problem.rows() * problem.config().vocabularySize()];
      plan.readLogits(logits);
      return logits;
    }
  }
}

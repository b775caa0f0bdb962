package io.charlstm.runtime.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendUnavailableException;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.contract.Problem;
import io.charlstm.runtime.contract.Tokens;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is in bfloat16 and what is not, and windows shorter than the plan. */
class OneDnnBf16PlanTest {

  static Stream<Arguments> problems() {
    Problem embedded = Problem.of(8, 5, 7, 17, 2, 21, 852).withDropout(0, 0.2, 0.3);
    return Stream.of(
        Arguments.of(Problem.of(8, 3, 6, 9, 2, 11, 851).withDropout(0.2, 0, 0), null),
        Arguments.of(embedded, null),
        Arguments.of(embedded, new PlanSplit(2, 2)),
        // With AMX the last of 33 rows of 50 elements is read together with what lies behind it.
        Arguments.of(Problem.of(8, 33, 7, 50, 2, 21, 855), new PlanSplit(1, 1)),
        Arguments.of(Problem.of(40, 33, 0, 25, 2, 19, 856), new PlanSplit(1, 1)),
        Arguments.of(Problem.of(8, 1, 0, 20, 1, 15, 853), null));
  }

  /** Products always take the plan's steps, and what a diverged window left in them is NaN. */
  @ParameterizedTest
  @MethodSource("problems")
  void aShortWindowAfterOneThatDivergedIsThatOfAFreshPlan(Problem problem, PlanSplit split) {
    afterDivergence(
        problem,
        split,
        (network, used, fresh) -> {
          Map<String, float[]> expected = gradients(network, problem, fresh);
          gradients(network, problem, used)
              .forEach((name, values) -> assertThat(values).as(name).isEqualTo(expected.get(name)));
          // Longer again, now reading what the short one set to zero.
          train(problem, fresh, problem.steps());
          float[] full = network.gradients().read("output.weight");
          train(problem, used, problem.steps());
          assertThat(network.gradients().read("output.weight")).isEqualTo(full);
        });
  }

  /** Nothing is left of the diverged one where all steps are used either. */
  @ParameterizedTest
  @MethodSource("problems")
  void aWholeWindowAfterOneThatDivergedIsThatOfAFreshPlan(Problem problem, PlanSplit split) {
    afterDivergence(
        problem,
        split,
        (network, used, fresh) -> {
          train(problem, fresh, problem.steps());
          float[] expected = network.gradients().read("lstm.weight_hh_l0");
          assertThat(expected).doesNotContain(Float.NaN);
          train(problem, used, problem.steps());
          assertThat(network.gradients().read("lstm.weight_hh_l0")).isEqualTo(expected);
        });
  }

  @FunctionalInterface
  private interface Check {
    void run(Network network, WindowPlan used, WindowPlan fresh);
  }

  /** Runs the check with a plan whose last window diverged and one that has had none. */
  private static void afterDivergence(Problem problem, PlanSplit split, Check check) {
    try (Backend backend = OneDnnUnderTest.createBf16(split);
        Network network = backend.createNetwork(problem.config());
        WindowPlan used = network.createTrainingPlan(problem.steps(), problem.batch());
        WindowPlan fresh = network.createTrainingPlan(problem.steps(), problem.batch())) {
      problem.fill(network);
      float[] bias = network.parameters().read("lstm.bias_ih_l0");
      network.parameters().write("lstm.bias_ih_l0", nans(bias.length));
      train(problem, used, problem.steps());
      assertThat(network.gradients().read("lstm.weight_hh_l0")[0]).isNaN();
      network.parameters().write("lstm.bias_ih_l0", bias);
      check.run(network, used, fresh);
    }
  }

  private static float[] nans(int count) {
    float[] values = new float[count];
    Arrays.fill(values, Float.NaN);
    return values;
  }

  private static Map<String, float[]> gradients(Network network, Problem problem, WindowPlan plan) {
    train(problem, plan, problem.steps() - 3);
    Map<String, float[]> gradients = new LinkedHashMap<>();
    for (ParameterSpec spec : problem.config().parameters()) {
      gradients.put(spec.name(), network.gradients().read(spec.name()));
      assertThat(gradients.get(spec.name())).doesNotContain(Float.NaN);
    }
    return gradients;
  }

  private static void train(Problem problem, WindowPlan plan, int steps) {
    problem.fillState(plan);
    plan.forwardBackward(
        Tokens.of(problem.inputs(0)),
        Tokens.of(problem.targets(0)),
        steps,
        new TrainingPass(0.5, false, 4, 9));
  }

  /** So that a validation loss is that of the model as it is saved and used. */
  @Test
  void evaluationIsInFloat32() {
    Problem problem = Problem.of(8, 5, 6, 21, 2, 19, 854);
    float[] expected = logits(OneDnnUnderTest.create(2), problem);
    assertThat(logits(OneDnnUnderTest.createBf16(2), problem)).isEqualTo(expected);
  }

  private static float[] logits(Backend backend, Problem problem) {
    try (backend;
        Network network = backend.createNetwork(problem.config());
        WindowPlan plan = network.createEvaluationPlan(problem.steps(), problem.batch())) {
      problem.fill(network);
      problem.fillState(plan);
      plan.forward(Tokens.of(problem.inputs(0)), Tokens.of(problem.targets(0)), problem.steps());
      float[] logits = new float[problem.rows() * problem.config().vocabularySize()];
      plan.readLogits(logits);
      return logits;
    }
  }

  @Test
  void int8DoesNotTrain() {
    OneDnnUnderTest.create(1).close();
    try (Backend backend = new OneDnnBackend(1, CpuPrecision.INT8);
        Network network = backend.createNetwork(NetworkConfig.of(7, 3, 4, 1))) {
      assertThatThrownBy(() -> network.createTrainingPlan(2, 3))
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessageContaining("int8 is for sampling; train in fp32 or bf16");
      network.createEvaluationPlan(2, 3).close();
    }
  }
}

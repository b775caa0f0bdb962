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
import java.util.LinkedHashMap;
import java.util.Map;

/** What comes out of two training windows, for comparing two ways of computing them. */
final class TwoWindows {
  private TwoWindows() {}

  /**
   * Gradients, h, c and loss of two windows, the second a short one that adds to the first. Closes
   * the backend.
   */
  static Map<String, float[]> train(Backend backend, Problem problem) {
    try (backend;
        Network network = backend.createNetwork(problem.config());
        WindowPlan plan = network.createTrainingPlan(problem.steps(), problem.batch())) {
      problem.fill(network);
      problem.fillState(plan);
      for (int window = 0; window < 2; window++) {
        plan.forwardBackward(
            Tokens.of(problem.inputs(window)),
            Tokens.of(problem.targets(window)),
            problem.steps() - 3 * window,
            new TrainingPass(0.1, window > 0, 5, 6 + window));
      }
      Map<String, float[]> results = results(problem, network, plan);
      results.put("loss", new float[] {(float) plan.readLoss().nats()});
      return results;
    }
  }

  /** Gradients, h and c as they are. */
  static Map<String, float[]> results(Problem problem, Network network, WindowPlan plan) {
    Map<String, float[]> results = new LinkedHashMap<>();
    for (ParameterSpec spec : network.parameters().specs()) {
      results.put(spec.name(), network.gradients().read(spec.name()));
    }
    float[] h = new float[problem.state(0).length];
    float[] c = new float[h.length];
    plan.readState(h, c);
    results.put("h", h);
    results.put("c", c);
    return results;
  }

  static void assertNear(
      PlanSplit split, Map<String, float[]> expected, Map<String, float[]> actual, double most) {
    expected.forEach(
        (name, values) ->
            assertThat(Errors.relative(actual.get(name), values))
                .as("%s, split %s", name, split)
                .isLessThan(most));
  }
}

package io.charlstm.runtime.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.contract.Errors;
import io.charlstm.runtime.contract.Problem;
import io.charlstm.runtime.contract.Tokens;
import io.charlstm.runtime.contract.Tolerances;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every gradient of the reference against central differences of its loss. */
class LstmGradientCheckTest {
  private static final double STEP = 1e-5;
  private static final double SCALE = 0.37;

  static Stream<Problem> problems() {
    return Stream.of(
        Problem.of(3, 2, 4, 5, 1, 7, 11),
        Problem.of(5, 3, 4, 6, 2, 7, 12),
        Problem.of(5, 2, 4, 6, 3, 7, 13),
        Problem.of(4, 3, 0, 5, 2, 7, 14),
        Problem.of(3, 4, 6, 6, 2, 7, 15).tied(),
        Problem.of(1, 2, 3, 4, 1, 1, 16),
        Problem.of(5, 4, 2, 6, 3, 8, 17).withDropout(0.3, 0.2, 0.4),
        Problem.of(5, 4, 0, 6, 2, 7, 18).withDropout(0.25, 0, 0.5),
        Problem.of(4, 3, 5, 5, 3, 7, 19).tied().withDropout(0.3, 0.4, 0.2),
        Problem.of(5, 4, 2, 6, 3, 8, 20).withDropout(0.3, 0.2, 0.4).variational(),
        Problem.of(5, 3, 4, 6, 2, 7, 21).withWeightDropout(0.4),
        Problem.of(4, 3, 0, 5, 3, 7, 22)
            .withWeightDropout(0.3)
            .withDropout(0.2, 0, 0.3)
            .variational());
  }

  @ParameterizedTest
  @MethodSource("problems")
  void gradientsMatchCentralDifferences(Problem problem) {
    ReferenceNetwork network = new ReferenceBackend().createNetwork(problem.config());
    problem.fill(network);
    ReferenceWindowPlan plan = network.createTrainingPlan(problem.steps(), problem.batch());
    loss(problem, plan);
    for (ParameterSpec spec : network.parameters().specs()) {
      double[] analytic = network.gradients().readDouble(spec.name());
      double[] numeric = centralDifferences(problem, network, spec.name());
      assertThat(Errors.relative(analytic, numeric))
          .as("%s of %s", spec.name(), problem)
          .isLessThanOrEqualTo(Tolerances.CENTRAL_DIFFERENCES);
      loss(problem, plan);
    }
  }

  private static double[] centralDifferences(
      Problem problem, ReferenceNetwork network, String name) {
    ReferenceWindowPlan plan = network.createTrainingPlan(problem.steps(), problem.batch());
    double[] values = network.parameters().readDouble(name);
    double[] differences = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      double value = values[i];
      values[i] = value + STEP;
      network.parameters().writeDouble(name, values);
      double above = loss(problem, plan);
      values[i] = value - STEP;
      network.parameters().writeDouble(name, values);
      double below = loss(problem, plan);
      values[i] = value;
      differences[i] = SCALE * (above - below) / (2 * STEP);
    }
    network.parameters().writeDouble(name, values);
    return differences;
  }

  /** The loss under the same dropout masks and from the same state each time. */
  private static double loss(Problem problem, ReferenceWindowPlan plan) {
    problem.fillState(plan);
    MemorySegment inputs = Tokens.of(problem.inputs(0));
    MemorySegment targets = Tokens.of(problem.targets(0));
    TrainingPass pass = new TrainingPass(SCALE, false, 99, 5);
    plan.forwardBackward(inputs, targets, problem.steps(), pass);
    return plan.readLoss().nats();
  }
}

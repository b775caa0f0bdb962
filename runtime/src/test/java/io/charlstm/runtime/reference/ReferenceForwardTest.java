package io.charlstm.runtime.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.contract.Errors;
import io.charlstm.runtime.contract.Problem;
import io.charlstm.runtime.contract.Tokens;
import io.charlstm.runtime.contract.Tolerances;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference's forward pass against one written independently, in double precision. */
class ReferenceForwardTest {

  static Stream<Problem> problems() {
    return Stream.of(
        Problem.of(6, 2, 4, 5, 1, 7, 21),
        Problem.of(6, 4, 3, 5, 2, 9, 22),
        Problem.of(4, 2, 0, 5, 3, 7, 23),
        Problem.of(6, 3, 5, 5, 2, 8, 24).tied(),
        Problem.of(4, 3, 2, 5, 1, 1, 25));
  }

  @ParameterizedTest
  @MethodSource("problems")
  void logitsLossesAndStatesMatchAnIndependentForward(Problem problem) {
    ReferenceNetwork network = new ReferenceBackend().createNetwork(problem.config());
    problem.fill(network);
    ReferenceWindowPlan plan = network.createEvaluationPlan(problem.steps(), problem.batch());
    problem.fillState(plan);
    int[] inputs = problem.inputs(0);
    int[] targets = problem.targets(0);
    plan.forward(Tokens.of(inputs), Tokens.of(targets), problem.steps());

    int vocabulary = problem.config().vocabularySize();
    double[] logits = plan.readLogitsDouble();
    float[] losses = new float[problem.rows()];
    plan.readTokenLosses(losses);
    double nats = 0;
    for (int b = 0; b < problem.batch(); b++) {
      NaiveLstm naive = naiveLane(problem, b);
      for (int t = 0; t < problem.steps(); t++) {
        int row = t * problem.batch() + b;
        double[] expected = naive.step(inputs[row]);
        double[] actual = Arrays.copyOfRange(logits, row * vocabulary, (row + 1) * vocabulary);
        assertThat(Errors.relative(actual, expected))
            .as("row %s of %s", row, problem)
            .isLessThan(Tolerances.FP64);
        double loss = naiveLoss(expected, targets[row]);
        nats += loss;
        // The loss is read as a float of the order of 1.
        assertThat((double) losses[row]).isCloseTo(loss, within(1e-6));
      }
      assertLaneState(problem, plan, b, naive);
    }
    LossSum sum = plan.readLoss();
    assertThat(sum.nats()).isCloseTo(nats, within(Tolerances.FP64 * (1 + nats)));
    assertThat(sum.count()).isEqualTo(Arrays.stream(targets).filter(x -> x >= 0).count());
    assertThat(plan.readLoss()).isEqualTo(LossSum.ZERO);
  }

  private static NaiveLstm naiveLane(Problem problem, int b) {
    NaiveLstm naive = new NaiveLstm(problem.config(), problem.parameters());
    int hidden = problem.config().hiddenSize();
    for (int l = 0; l < problem.config().numLayers(); l++) {
      for (int j = 0; j < hidden; j++) {
        int index = (l * problem.batch() + b) * hidden + j;
        naive.h[l][j] = problem.state(0)[index];
        naive.c[l][j] = problem.state(1)[index];
      }
    }
    return naive;
  }

  private static void assertLaneState(
      Problem problem, ReferenceWindowPlan plan, int b, NaiveLstm naive) {
    int hidden = problem.config().hiddenSize();
    float[] h = new float[problem.state(0).length];
    float[] c = new float[h.length];
    plan.readState(h, c);
    for (int l = 0; l < problem.config().numLayers(); l++) {
      for (int j = 0; j < hidden; j++) {
        int index = (l * problem.batch() + b) * hidden + j;
        // The states are read as floats below 4 in magnitude.
        assertThat((double) h[index]).isCloseTo(naive.h[l][j], within(2.5e-7));
        assertThat((double) c[index]).isCloseTo(naive.c[l][j], within(2.5e-7));
      }
    }
  }

  private static double naiveLoss(double[] logits, int target) {
    if (target == WindowPlan.IGNORE) {
      return 0;
    }
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    return -Math.log(Math.exp(logits[target]) / sum);
  }
}

package io.charlstm.runtime.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.TrainingPass;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Dropout of activations and of recurrent weights, beyond what {@link BackendContractTest} compares
 * with the reference.
 */
public abstract class DropoutContractTest extends ContractSupport {
  static final String MASKED =
      "io.charlstm.runtime.contract.DropoutContractTest#problemsWithDropout";
  static final String DROPPED =
      "io.charlstm.runtime.contract.DropoutContractTest#problemsWithDroppedWeights";

  static Stream<Problem> problemsWithDropout() {
    return Stream.of(
        Problem.of(7, 3, 4, 5, 3, 11, 201).withDropout(0.3, 0.2, 0.4),
        Problem.of(9, 5, 24, 48, 2, 65, 202).withDropout(0.5, 0, 0),
        Problem.of(9, 5, 24, 17, 2, 65, 203).withDropout(0, 0.3, 0),
        Problem.of(9, 4, 24, 33, 2, 65, 204).withDropout(0, 0, 0.3),
        Problem.of(6, 3, 0, 20, 2, 65, 205).withDropout(0.2, 0, 0.3),
        // Long enough that a GPU computes it in several pieces.
        Problem.of(67, 3, 4, 5, 3, 11, 209).withDropout(0.3, 0.2, 0.4),
        Problem.of(6, 7, 20, 20, 2, 30, 206).tied().withDropout(0.1, 0.2, 0.3),
        // Masks that all steps share, at sizes of which no multiple is that of a vector.
        Problem.of(7, 3, 4, 5, 3, 11, 207).withDropout(0.3, 0.2, 0.4).variational(),
        Problem.of(36, 5, 24, 17, 2, 65, 208).withDropout(0.2, 0, 0.3).variational());
  }

  static Stream<Problem> problemsWithDroppedWeights() {
    return Stream.of(
        Problem.of(7, 3, 4, 5, 3, 11, 211).withWeightDropout(0.4),
        Problem.of(6, 7, 20, 17, 2, 65, 212).withWeightDropout(0.3).withDropout(0.3, 0.2, 0.4),
        Problem.of(5, 4, 0, 9, 2, 13, 213).withWeightDropout(0.5).withDropout(0.2, 0, 0.3),
        Problem.of(6, 5, 24, 24, 1, 65, 214).tied().withWeightDropout(0.5),
        // Wide enough for packed products, and a vocabulary that makes a table too large.
        Problem.of(4, 3, 70, 150, 2, 300, 215).withWeightDropout(0.5).withDropout(0.1, 0.1, 0.1),
        Problem.of(37, 3, 6, 10, 2, 13, 216)
            .withWeightDropout(0.25)
            .withDropout(0.3, 0.2, 0.1)
            .variational());
  }

  @ParameterizedTest
  @MethodSource("io.charlstm.runtime.contract.BackendContractTest#fewProblems")
  void dropoutLeavesScoringAlone(Problem problem) {
    Problem dropout = problem.withDropout(0.4, 0.3, 0.2);
    Window expected = compute(problem, 2, p -> forward(p, problem));
    Window actual = compute(dropout, 2, p -> forward(p, dropout));
    // With input dropout a backend may compute layer 0 in another way, so not to the last bit.
    assertWindow(problem, 2, actual, expected);
  }

  @ParameterizedTest
  @MethodSource("problemsWithDroppedWeights")
  void droppedWeightsAreThoseOfTheirWindowOnly(Problem problem) {
    Window training = reference(problem, p -> train(p, problem, 0.7, 17));
    Window scoring = reference(problem, p -> forward(p, problem));
    for (int threads : threadCounts()) {
      try (Session session = session(problem, threads)) {
        // Neither the copy of another window nor the whole weights may be left in use.
        train(session, problem, 0.7, 16);
        assertWindow(problem, threads, forward(session, problem), scoring);
        assertWindow(problem, threads, train(session, problem, 0.7, 17), training);
      }
    }
  }

  // No token comes twice, so each row of the embedding's gradient is zero where the mask of its one
  // place in the window dropped the input.
  @Test
  void sharedMasksAreTheSameAtEveryStepAndOthersInEveryWindow() {
    Problem problem = Problem.of(5, 3, 31, 8, 2, 19, 221).withDropout(0, 0.4, 0);
    int[] inputs = IntStream.range(0, problem.rows()).toArray();
    for (int threads : threadCounts()) {
      try (Session session = session(problem.variational(), threads)) {
        BitSet[] first = droppedInputs(session, problem, inputs, 17);
        BitSet[] second = droppedInputs(session, problem, inputs, 18);
        for (int row = 0; row < problem.rows(); row++) {
          int lane = row % problem.batch();
          assertThat(first[row]).as("step 0 and row %d", row).isEqualTo(first[lane]);
          assertThat(second[row]).isEqualTo(second[lane]).isNotEqualTo(first[lane]);
        }
        assertThat(new HashSet<>(List.of(first))).hasSize(problem.batch());
      }
      try (Session session = session(problem, threads)) {
        BitSet[] each = droppedInputs(session, problem, inputs, 17);
        assertThat(new HashSet<>(List.of(each))).hasSize(problem.rows());
      }
    }
  }

  private static BitSet[] droppedInputs(
      Session session, Problem problem, int[] inputs, long dropoutStep) {
    session.plan.forwardBackward(
        Tokens.of(inputs),
        Tokens.of(inputs),
        problem.steps(),
        new TrainingPass(1, false, 4, dropoutStep));
    float[] gradient = session.network.gradients().read("embedding.weight");
    int width = problem.config().embeddingSize();
    BitSet[] dropped = new BitSet[inputs.length];
    for (int row = 0; row < inputs.length; row++) {
      dropped[row] = new BitSet();
      for (int j = 0; j < width; j++) {
        dropped[row].set(j, gradient[inputs[row] * width + j] == 0);
      }
    }
    return dropped;
  }
}

package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.runtime.CorpusTraining;
import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.contract.Problem;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Training over a text that the device steps through: the same bits as a host that hands over
 * window after window, whatever is replayed, accumulated, streamed or interrupted.
 */
@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class CudnnTrainingTest {
  private static final long ALL = 1 << 20;

  /** One window at a time, as no budget is smaller. */
  private static final long LEAST = 1;

  static Stream<Arguments> programs() {
    List<Problem> problems =
        List.of(
            Problem.of(7, 3, 5, 6, 2, 11, 601),
            Problem.of(5, 2, 4, 9, 3, 13, 602).withDropout(0.3, 0.2, 0.1),
            Problem.of(4, 3, 0, 5, 1, 7, 603).withDropout(0, 0, 0.2),
            Problem.of(6, 5, 8, 8, 2, 9, 604).tied().withDropout(0, 0.2, 0),
            Problem.of(5, 2, 4, 9, 3, 13, 608).withDropout(0.3, 0.2, 0.1).variational(),
            Problem.of(5, 2, 4, 9, 2, 13, 609).withWeightDropout(0.4));
    return problems.stream()
        .flatMap(
            problem ->
                Stream.of(true, false)
                    .flatMap(
                        graph ->
                            Stream.of(1, 3).map(windows -> Arguments.of(problem, graph, windows))));
  }

  /** Some of them. */
  static Stream<Arguments> fewPrograms() {
    return Stream.of(
        Arguments.of(Problem.of(7, 3, 5, 6, 2, 11, 605), true, 1),
        Arguments.of(Problem.of(5, 2, 4, 9, 3, 13, 606).withDropout(0.3, 0.2, 0.1), true, 3),
        Arguments.of(Problem.of(6, 5, 8, 8, 2, 9, 607).withDropout(0, 0.2, 0), false, 3),
        Arguments.of(Problem.of(5, 2, 4, 9, 3, 13, 610).withWeightDropout(0.4), true, 3));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void theDeviceStepsAsTheHostDoes(Problem problem, boolean graph, int accumulation) {
    RandomLanes lanes = lanes(problem);
    try (TextRun host = run("fp32", graph, problem, lanes, accumulation);
        TextRun device = run("fp32", graph, problem, lanes, accumulation);
        CudnnTraining training = device.training(ALL)) {
      // Nine steps pass the end of the text, within a step when there are three windows in each.
      CorpusTraining.Result expected = host.stepOnHost(0, 9);
      training.run(0, TextRun.rates(0, 9));
      assertThat(training.replays()).isEqualTo(graph);
      assertThat(training.resident()).isTrue();
      assertThat(training.read()).isEqualTo(expected);
      assertEqual(device.snapshot(), host.snapshot());
      assertThat(device.updater.step()).isEqualTo(9);
      assertThat(training.read())
          .isEqualTo(new CorpusTraining.Result(LossSum.ZERO, Double.NaN, 0, -1, 0));
    }
  }

  @ParameterizedTest
  @MethodSource("fewPrograms")
  void aTextThatIsStreamedTrainsAlike(Problem problem, boolean graph, int accumulation) {
    RandomLanes lanes = lanes(problem);
    // Two windows in each of two chunks, so that the text ends with half a chunk.
    long twoChunks = 4 * 4L * problem.rows() + 1;
    try (TextRun whole = run("fp32", graph, problem, lanes, accumulation);
        TextRun single = run("fp32", graph, problem, lanes, accumulation);
        TextRun pairs = run("fp32", graph, problem, lanes, accumulation);
        CudnnTraining all = whole.training(ALL);
        CudnnTraining least = single.training(LEAST);
        CudnnTraining some = pairs.training(twoChunks)) {
      all.run(0, TextRun.rates(0, 9));
      least.run(0, TextRun.rates(0, 4));
      least.run(4, TextRun.rates(4, 5));
      some.run(0, TextRun.rates(0, 9));
      assertThat(least.resident()).isFalse();
      assertThat(some.resident()).isFalse();
      CorpusTraining.Result expected = all.read();
      assertThat(least.read()).isEqualTo(expected);
      assertThat(some.read()).isEqualTo(expected);
      assertEqual(single.snapshot(), whole.snapshot());
      assertEqual(pairs.snapshot(), whole.snapshot());
    }
  }

  @Test
  void anyStepMayBeAskedFor() {
    Problem problem = Problem.of(4, 3, 5, 6, 1, 7, 611);
    RandomLanes lanes = lanes(problem);
    try (TextRun host = run("fp32", true, problem, lanes, 1);
        TextRun device = run("fp32", true, problem, lanes, 1);
        CudnnTraining training = device.training(LEAST)) {
      for (long first : new long[] {0, 12, 3, 4, 13, 4}) {
        host.stepOnHost(first, 2);
        training.run(first, TextRun.rates(first, 2));
      }
      assertEqual(device.snapshot(), host.snapshot());
    }
  }

  @Test
  void moreStepsThanTheTableOfRatesHolds() {
    Problem problem = Problem.of(2, 1, 3, 2, 1, 5, 612);
    RandomLanes lanes = lanes(problem);
    int steps = RateTable.COUNT + 60;
    try (TextRun host = run("fp32", true, problem, lanes, 1);
        TextRun device = run("fp32", true, problem, lanes, 1);
        CudnnTraining training = device.training(ALL)) {
      host.stepOnHost(200, steps);
      training.run(200, TextRun.rates(200, steps));
      assertEqual(device.snapshot(), host.snapshot());
    }
  }

  @ParameterizedTest
  @MethodSource("fewPrograms")
  void aStepThatIsNotFiniteChangesNothingAndStartsAgain(
      Problem problem, boolean graph, int accumulation) {
    RandomLanes lanes = lanes(problem);
    // A token of one window only, and whatever it reaches is not a number.
    lanes.set(1, 2 * problem.steps() + 1, problem.config().vocabularySize());
    Problem larger = withOneMoreToken(problem);
    try (TextRun host = run("fp32", graph, larger, lanes, accumulation);
        TextRun device = run("fp32", graph, larger, lanes, accumulation);
        CudnnTraining training = device.training(ALL)) {
      spoilLastToken(host);
      spoilLastToken(device);
      CorpusTraining.Result expected = host.stepOnHost(0, 8);
      training.run(0, TextRun.rates(0, 8));
      assertThat(expected.skipped()).isPositive();
      assertThat(expected.skipped()).isLessThan(8);
      assertThat(training.read()).isEqualTo(expected);
      assertEqual(device.snapshot(), host.snapshot());
    }
  }

  private static void spoilLastToken(TextRun run) {
    float[] values = run.network.parameters().read("embedding.weight");
    values[values.length - 1] = Float.POSITIVE_INFINITY;
    run.network.parameters().write("embedding.weight", values);
  }

  private static Problem withOneMoreToken(Problem problem) {
    NetworkConfig c = problem.config();
    NetworkConfig larger =
        new NetworkConfig(
            c.vocabularySize() + 1,
            c.embeddingSize(),
            c.hiddenSize(),
            c.numLayers(),
            false,
            c.dropout(),
            0,
            c.outputDropout());
    return new Problem(larger, problem.steps(), problem.batch(), problem.seed());
  }

  @ParameterizedTest
  @MethodSource("fewPrograms")
  void aRunThatIsInterruptedGoesOnToTheLastBit(Problem problem, boolean graph, int accumulation) {
    RandomLanes lanes = lanes(problem);
    Map<String, float[]> kept;
    Map<String, float[]> expected;
    try (TextRun whole = run("fp32", graph, problem, lanes, accumulation);
        CudnnTraining training = whole.training(ALL)) {
      training.run(0, TextRun.rates(0, 4));
      kept = whole.snapshot();
      training.run(4, TextRun.rates(4, 5));
      expected = whole.snapshot();
    }
    try (TextRun resumed = run("fp32", graph, problem, lanes, accumulation)) {
      resumed.restore(kept);
      try (CudnnTraining training = resumed.training(LEAST)) {
        training.run(4, TextRun.rates(4, 5));
        assertEqual(resumed.snapshot(), expected);
      }
    }
  }

  @Test
  void aTextThatDoesNotFitIsRefused() {
    Problem problem = Problem.of(4, 3, 5, 6, 1, 7, 613);
    RandomLanes wrongShape = RandomLanes.of(5, 3, 4, 7, 1);
    RandomLanes wrongToken = lanes(problem);
    wrongToken.set(2, 3, 7);
    try (TextRun shape = run("fp32", true, problem, wrongShape, 1)) {
      assertThatThrownBy(() -> shape.training(ALL))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("windows of 5 steps of 3 lanes")
          .hasMessageContaining("a plan for 4 steps of 3 lanes");
    }
    try (TextRun token = run("fp32", true, problem, wrongToken, 1)) {
      CudnnTraining training = token.training(ALL);
      assertThatThrownBy(() -> training.run(0, new double[] {0.1}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("token 7 of the text is outside of the vocabulary of 7");
      training.close();
      assertThatThrownBy(training::read).isInstanceOf(IllegalStateException.class);
    }
  }

  private static RandomLanes lanes(Problem problem) {
    int vocabulary = problem.config().vocabularySize();
    return RandomLanes.of(problem.steps(), problem.batch(), 5, vocabulary, problem.seed());
  }

  private static TextRun run(
      String precision, boolean graph, Problem problem, RandomLanes lanes, int accumulation) {
    return new TextRun(CudnnUnderTest.create(precision, graph), problem, lanes, accumulation);
  }

  private static void assertEqual(Map<String, float[]> actual, Map<String, float[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, values) -> assertThat(actual.get(name)).as(name).isEqualTo(values));
  }
}

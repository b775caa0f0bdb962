package io.charlstm.runtime.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bindings.memory.LiveHandles;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.contract.Errors;
import io.charlstm.runtime.contract.Problem;
import io.charlstm.runtime.contract.Tokens;
import io.charlstm.runtime.contract.Tolerances;
import io.charlstm.runtime.reference.ReferenceBackend;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How the batch is split, long windows, and what plans refuse. */
class OneDnnPlanTest {

  static Stream<Arguments> splits() {
    return Stream.of(1, 3, 7)
        .flatMap(batch -> Stream.of(1, 2, 3, 5).map(threads -> Arguments.of(batch, threads)));
  }

  @ParameterizedTest
  @MethodSource("splits")
  void anyNumberOfThreadsComputesTheSame(int batch, int threads) {
    // More steps than layers take in one turn, and not a multiple of that.
    Problem problem = Problem.of(70, batch, 12, 20, 3, 31, 900 + batch).withDropout(0.2, 0, 0.1);
    Map<String, float[]> expected = train(new ReferenceBackend(), problem);
    Map<String, float[]> actual = train(OneDnnUnderTest.create(threads), problem);
    Map<String, float[]> again = train(OneDnnUnderTest.create(threads), problem);
    expected.forEach(
        (name, values) -> {
          assertThat(Errors.relative(actual.get(name), values))
              .as("%s, batch %d, %d threads", name, batch, threads)
              .isLessThan(Tolerances.FP32);
          assertThat(again.get(name)).isEqualTo(actual.get(name));
        });
  }

  static Stream<Problem> singleLanes() {
    return Stream.of(
        Problem.of(70, 1, 12, 20, 3, 31, 931),
        Problem.of(40, 1, 0, 130, 2, 31, 932),
        // A vocabulary so large that the embeddings are multiplied rather than looked up.
        Problem.of(35, 1, 12, 20, 2, 2300, 933));
  }

  @ParameterizedTest
  @MethodSource("singleLanes")
  void aSingleLaneIsScoredInChunks(Problem problem) {
    try (Backend reference = new ReferenceBackend();
        Backend backend = OneDnnUnderTest.create(2)) {
      float[][] expected = score(reference, problem);
      float[][] actual = score(backend, problem);
      for (int i = 0; i < expected.length; i++) {
        assertThat(Errors.relative(actual[i], expected[i])).isLessThan(Tolerances.FP32);
      }
    }
  }

  /** Logits, h and c of a whole window and then a shorter one. */
  private static float[][] score(Backend backend, Problem problem) {
    try (Network network = backend.createNetwork(problem.config());
        WindowPlan plan = network.createEvaluationPlan(problem.steps(), 1)) {
      problem.fill(network);
      problem.fillState(plan);
      plan.forward(Tokens.of(problem.inputs(0)), Tokens.of(problem.targets(0)), problem.steps());
      float[] logits = new float[problem.steps() * problem.config().vocabularySize()];
      plan.readLogits(logits);
      plan.forward(Tokens.of(problem.inputs(1)), Tokens.of(problem.targets(1)), 33);
      float[] shorter = new float[33 * problem.config().vocabularySize()];
      plan.readLogits(shorter);
      float[] h = new float[problem.state(0).length];
      float[] c = new float[h.length];
      plan.readState(h, c);
      return new float[][] {logits, shorter, h, c};
    }
  }

  private static Map<String, float[]> train(Backend backend, Problem problem) {
    try (backend;
        Network network = backend.createNetwork(problem.config());
        WindowPlan plan = network.createTrainingPlan(problem.steps(), problem.batch())) {
      problem.fill(network);
      problem.fillState(plan);
      plan.forwardBackward(
          Tokens.of(problem.inputs(0)),
          Tokens.of(problem.targets(0)),
          problem.steps(),
          new TrainingPass(0.1, false, 5, 6));
      return TwoWindows.results(problem, network, plan);
    }
  }

  @Test
  void wideLayersUsePackedProducts() {
    NetworkConfig wide = NetworkConfig.of(9, 4, 130, 1);
    NetworkConfig narrow = NetworkConfig.of(9, 4, 20, 1);
    try (Backend backend = OneDnnUnderTest.create(1)) {
      assertThat(productsOf(backend, wide)).startsWith("packed");
      assertThat(productsOf(backend, narrow)).isEqualTo("sgemm");
    }
  }

  private static String productsOf(Backend backend, NetworkConfig config) {
    try (Network network = backend.createNetwork(config);
        WindowPlan plan = network.createEvaluationPlan(2, 3)) {
      return ((OneDnnPlan) plan).description();
    }
  }

  @Test
  void absurdSizesAreRefusedBeforeAnythingIsAllocated() {
    long before = LiveHandles.count();
    try (Backend backend = OneDnnUnderTest.create(2);
        Network network = backend.createNetwork(NetworkConfig.of(100, 8, 16, 1))) {
      assertThatThrownBy(() -> network.createTrainingPlan(2_000_000, 1_000_000))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a plan for 2000000 steps of 1000000 lanes needs")
          .hasMessageContaining("bytes");
      assertThatThrownBy(() -> network.createTrainingPlan(Integer.MAX_VALUE, Integer.MAX_VALUE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("bytes");
      assertThatThrownBy(() -> network.createTrainingPlan(0, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("sequence length must be at least 1: 0");
      // 23170 * 4 * 23170 floats is just below 2^31, thousands of layers of it beyond any machine.
      assertThatThrownBy(() -> backend.createNetwork(NetworkConfig.of(2, 2, 23_000, 2000)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching("the network needs \\d+ bytes .*");
    }
    assertThat(LiveHandles.count()).isEqualTo(before);
  }

  @Test
  void tokensOutsideOfTheVocabularyAreRefused() {
    try (Backend backend = OneDnnUnderTest.create(2);
        Network network = backend.createNetwork(NetworkConfig.of(7, 3, 4, 1));
        WindowPlan plan = network.createTrainingPlan(2, 3)) {
      int[] good = {0, 1, 2, 3, 4, 5};
      int[] large = {0, 1, 2, 3, 7, 5};
      int[] negative = {0, 1, 2, 3, -2, 5};
      assertRefused(plan, large, good, "input token 7 at step 1, lane 1");
      assertRefused(plan, good, large, "target token 7 at step 1, lane 1");
      assertRefused(plan, good, negative, "target token -2 at step 1, lane 1");
      assertRefused(plan, new int[] {1}, good, "inputs has 4 bytes, the window needs 24");
      assertThatThrownBy(() -> plan.forward(Tokens.of(good), Tokens.of(good), 3))
          .hasMessageContaining("steps must be from 1 to 2: 3");
    }
  }

  private static void assertRefused(WindowPlan plan, int[] inputs, int[] targets, String message) {
    assertThatThrownBy(() -> plan.forward(Tokens.of(inputs), Tokens.of(targets), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void evaluationPlansNeedLessMemoryAndDoNotTrain() {
    try (Backend backend = OneDnnUnderTest.create(2);
        Network network = backend.createNetwork(NetworkConfig.of(7, 3, 40, 2));
        WindowPlan training = network.createTrainingPlan(20, 4);
        WindowPlan evaluation = network.createEvaluationPlan(20, 4)) {
      assertThat(evaluation.memoryBytes()).isLessThan(training.memoryBytes() / 2);
      int[] tokens = new int[80];
      assertThatThrownBy(
              () ->
                  evaluation.forwardBackward(
                      Tokens.of(tokens), Tokens.of(tokens), 20, new TrainingPass(1, false, 0, 0)))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> evaluation.readLogits(new float[80 * 7]))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void whatIsClosedRefusesWorkAndLeavesNothingOpen() {
    long before = LiveHandles.count();
    int[] tokens = {0, 1};
    Backend backend = OneDnnUnderTest.create(3);
    Network network = backend.createNetwork(NetworkConfig.of(7, 3, 130, 2));
    WindowPlan plan = network.createTrainingPlan(1, 2);
    Updater updater = network.createUpdater(new OptimizerConfig.Adam(0.9, 0.999, 1e-8, 0));
    plan.forwardBackward(Tokens.of(tokens), Tokens.of(tokens), 1, new TrainingPass(1, false, 0, 0));
    updater.update(0.1, 1, 0);
    assertThat(LiveHandles.count()).isGreaterThan(before);
    updater.close();
    plan.close();
    plan.close();
    assertThatThrownBy(() -> updater.update(0.1, 1, 0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> plan.forward(Tokens.of(tokens), Tokens.of(tokens), 1))
        .isInstanceOf(IllegalStateException.class);
    network.close();
    network.close();
    assertThatThrownBy(() -> network.parameters().read("output.bias"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> network.createEvaluationPlan(1, 1))
        .isInstanceOf(IllegalStateException.class);
    backend.close();
    backend.close();
    assertThat(LiveHandles.count()).as(LiveHandles.describe()).isEqualTo(before);
  }

  @Test
  void aFailureInAWorkerLeavesTheBackendCloseable() {
    long before = LiveHandles.count();
    try (OneDnnBackend backend = (OneDnnBackend) OneDnnUnderTest.create(2);
        Network network = backend.createNetwork(NetworkConfig.of(7, 3, 5, 1));
        WindowPlan plan = network.createEvaluationPlan(1, 2)) {
      assertThatThrownBy(
              () ->
                  backend
                      .workers()
                      .run(
                          worker -> {
                            if (worker == 1) {
                              throw new ArithmeticException("in a worker");
                            }
                            backend.workers().barrier();
                          }))
          .isInstanceOf(ArithmeticException.class)
          .hasMessage("in a worker");
      plan.forward(Tokens.of(0, 1), Tokens.of(2, 3), 1);
      assertThat(plan.readLoss().count()).isEqualTo(2);
    }
    assertThat(LiveHandles.count()).as(LiveHandles.describe()).isEqualTo(before);
  }
}

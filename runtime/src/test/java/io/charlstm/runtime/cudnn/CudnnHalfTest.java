package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bindings.cuda.CudaStack;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.CorpusTraining;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.contract.Errors;
import io.charlstm.runtime.contract.Problem;
import io.charlstm.runtime.contract.Tokens;
import io.charlstm.runtime.reference.ReferenceBackend;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Activations of 16 bits: how near they come, and what the loss scale does. */
@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class CudnnHalfTest {
  /**
   * Relative in L2 to double precision. Each activation, weight and gradient is rounded to 11 bits,
   * 5e-4; a gradient passes some of them on its way through the steps and layers.
   */
  private static final double FP16 = 5e-3;

  /** The same with 8 bits. */
  private static final double BF16 = 8 * FP16;

  /** cuDNN's first version with an LSTM in bf16. */
  private static final int FIRST_WITH_BF16 = 91_300;

  static Stream<Problem> problems() {
    return Stream.of(
        Problem.of(7, 3, 4, 5, 2, 11, 701),
        Problem.of(6, 7, 20, 17, 3, 65, 702).withDropout(0.2, 0.3, 0.1),
        Problem.of(5, 3, 0, 33, 1, 130, 703),
        Problem.of(6, 3, 19, 16, 2, 11, 705).withWeightDropout(0.4).withDropout(0.2, 0, 0),
        Problem.of(6, 5, 24, 24, 2, 600, 704).tied());
  }

  @ParameterizedTest
  @MethodSource("problems")
  void fp16ComesNear(Problem problem) {
    assertNear(CudnnUnderTest.create("fp16"), problem, FP16);
  }

  @ParameterizedTest
  @MethodSource("problems")
  void bf16ComesNearOrIsRefused(Problem problem) {
    if (CudaStack.get().cudnnVersionNumber() >= FIRST_WITH_BF16) {
      assertNear(CudnnUnderTest.create("bf16"), problem, BF16);
    } else {
      assertThatThrownBy(() -> CudnnUnderTest.create("bf16"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("precision bf16 needs cuDNN 9.13 or newer, this is 9.");
    }
  }

  private static void assertNear(Backend backend, Problem problem, double tolerance) {
    Map<String, float[]> actual = run(backend, problem);
    Map<String, float[]> expected = run(new ReferenceBackend(), problem);
    expected.forEach(
        (name, values) ->
            assertThat(Errors.relative(actual.get(name), values))
                .as("%s of %s", name, problem)
                .isLessThan(tolerance));
  }

  /** Logits, then gradients added up over two windows, then parameters after an update. */
  private static Map<String, float[]> run(Backend backend, Problem problem) {
    Map<String, float[]> results = new LinkedHashMap<>();
    try (backend;
        Network network = backend.createNetwork(problem.config());
        WindowPlan plan = network.createTrainingPlan(problem.steps(), problem.batch());
        Updater updater = network.createUpdater(new OptimizerConfig.Sgd(0.9, false, 0.01))) {
      problem.fill(network);
      problem.fillState(plan);
      plan.forward(Tokens.of(problem.inputs(0)), Tokens.of(problem.targets(0)), problem.steps());
      float[] logits = new float[problem.rows() * problem.config().vocabularySize()];
      plan.readLogits(logits);
      results.put("logits", logits);
      plan.readLoss();
      train(plan, problem, 1, false);
      train(plan, problem, 2, true);
      results.put("loss", new float[] {(float) plan.readLoss().nats()});
      for (ParameterSpec spec : network.parameters().specs()) {
        results.put("gradient of " + spec.name(), network.gradients().read(spec.name()));
      }
      updater.update(0.2, 0.5, 0);
      results.put("norm", new float[] {(float) updater.readGradientNorm()});
      for (ParameterSpec spec : network.parameters().specs()) {
        results.put(spec.name(), network.parameters().read(spec.name()));
      }
      plan.forward(Tokens.of(problem.inputs(3)), Tokens.of(problem.targets(3)), problem.steps());
      results.put("loss after", new float[] {(float) plan.readLoss().nats()});
    }
    return results;
  }

  private static void train(WindowPlan plan, Problem problem, int window, boolean accumulate) {
    plan.forwardBackward(
        Tokens.of(problem.inputs(window)),
        Tokens.of(problem.targets(window)),
        problem.steps(),
        new TrainingPass(0.5 / problem.rows(), accumulate, 4, window));
  }

  @Test
  void anOverflowLowersTheLossScaleAndIsNoFailedStep() {
    Problem problem = Problem.of(4, 3, 5, 6, 2, 11, 711);
    RandomLanes lanes = RandomLanes.of(4, 3, 5, 11, 711);
    try (TextRun run = new TextRun(CudnnUnderTest.create("fp16"), problem, lanes, 1)) {
      float first = lossScale(run);
      // Gradients through these weights are some hundred times larger than 16 bits can hold with
      // the first loss scale.
      float[] weight = run.network.parameters().read("output.weight");
      for (int i = 0; i < weight.length; i++) {
        weight[i] *= 2000;
      }
      run.network.parameters().write("output.weight", weight);
      float[] before = run.network.parameters().read("lstm.weight_ih_l0");
      try (CudnnTraining training = run.training(1 << 20)) {
        training.run(0, TextRun.rates(0, 1));
        assertThat(run.network.parameters().read("lstm.weight_ih_l0")).isEqualTo(before);
        assertThat(run.updater.step()).isZero();
        assertThat(lossScale(run)).isEqualTo(first / 2);
        training.run(1, TextRun.rates(1, 20));
        CorpusTraining.Result result = training.read();
        assertThat(result.skipped()).isZero();
        assertThat(result.firstSkipped()).isEqualTo(-1);
        assertThat(result.loss().count()).isEqualTo(21L * problem.rows());
        assertThat(run.updater.step()).isBetween(1L, 20L);
        assertThat(result.gradientNorm()).isFinite();
      }
    }
  }

  private static float lossScale(TextRun run) {
    return run.backend.thread().call(() -> run.network.state().read().lossScale());
  }

  @ParameterizedTest
  @MethodSource("problems")
  void graphsAndStreamsChangeNoBitOfFp16(Problem problem) {
    RandomLanes lanes =
        RandomLanes.of(problem.steps(), problem.batch(), 5, problem.config().vocabularySize(), 712);
    try (TextRun eager = new TextRun(CudnnUnderTest.create("fp16", false), problem, lanes, 2);
        TextRun graph = new TextRun(CudnnUnderTest.create("fp16", true), problem, lanes, 2);
        CudnnTraining calls = eager.training(1);
        CudnnTraining replays = graph.training(1 << 20)) {
      calls.run(0, TextRun.rates(0, 6));
      replays.run(0, TextRun.rates(0, 6));
      assertThat(replays.read()).isEqualTo(calls.read());
      Map<String, float[]> expected = eager.snapshot();
      graph.snapshot().forEach((n, values) -> assertThat(values).as(n).isEqualTo(expected.get(n)));
    }
  }

  @Test
  void stateAndGradientsReadBackWhatWasWritten() {
    Problem problem = Problem.of(4, 3, 5, 6, 2, 11, 713);
    try (Backend backend = CudnnUnderTest.create("fp16");
        Network network = backend.createNetwork(problem.config());
        WindowPlan plan = network.createEvaluationPlan(4, 3)) {
      float[] h = problem.state(0);
      float[] c = problem.state(1);
      for (int i = 0; i < h.length; i++) {
        h[i] = Float.float16ToFloat(Float.floatToFloat16(h[i]));
        c[i] = Float.float16ToFloat(Float.floatToFloat16(c[i]));
      }
      plan.writeState(h, c);
      float[] readH = new float[h.length];
      float[] readC = new float[c.length];
      plan.readState(readH, readC);
      assertThat(readH).isEqualTo(h);
      assertThat(readC).isEqualTo(c);
      float[] gradient = network.gradients().read("lstm.weight_hh_l1");
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] = i / 7f;
      }
      network.gradients().write("lstm.weight_hh_l1", gradient);
      assertThat(network.gradients().read("lstm.weight_hh_l1")).isEqualTo(gradient);
    }
  }
}

package io.charlstm.runtime.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.contract.Errors;
import io.charlstm.runtime.contract.Problem;
import io.charlstm.runtime.contract.Tokens;
import io.charlstm.runtime.contract.Tolerances;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A backend against libtorch: an implementation of the same model by other people. */
public abstract class TorchContractTest {
  private static final int UPDATES = 10;

  /** The backend under test; skips the test with the reason when it is not available. */
  protected abstract Backend createBackend();

  /** Distance allowed of gradients, relative in L2 to libtorch in double precision. */
  protected abstract double gradientTolerance();

  /** Distance allowed of the losses of ten updates, relative to libtorch in double precision. */
  protected abstract double lossTolerance();

  @BeforeAll
  static void libtorchIsThere() {
    TorchLibrary.assumeAvailable();
  }

  static Stream<Problem> problems() {
    return Stream.of(
        Problem.of(7, 3, 12, 16, 2, 20, 601),
        Problem.of(9, 5, 24, 33, 3, 65, 602),
        Problem.of(6, 4, 0, 17, 2, 30, 603),
        Problem.of(5, 2, 19, 19, 1, 40, 604).tied(),
        Problem.of(4, 3, 64, 96, 2, 65, 605));
  }

  @ParameterizedTest
  @MethodSource("problems")
  void ourWeightsGiveTheSameLogitsInLibtorch(Problem problem) {
    try (PointerScope _ = new PointerScope();
        Backend backend = createBackend();
        Network network = backend.createNetwork(problem.config())) {
      problem.fill(network);
      Map<String, float[]> weights = new HashMap<>();
      for (ParameterSpec spec : network.parameters().specs()) {
        weights.put(spec.name(), network.parameters().read(spec.name()));
      }
      for (ScalarType type : List.of(ScalarType.Float, ScalarType.Double)) {
        TorchModel model = new TorchModel(problem.config(), type);
        model.load(weights);
        assertSameLogits(problem, network, model);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("problems")
  void libtorchsWeightsGiveTheSameLogitsHere(Problem problem) {
    try (PointerScope _ = new PointerScope();
        Backend backend = createBackend();
        Network network = backend.createNetwork(problem.config())) {
      torch.manual_seed(problem.seed());
      TorchModel model = new TorchModel(problem.config(), ScalarType.Float);
      for (ParameterSpec spec : network.parameters().specs()) {
        network.parameters().write(spec.name(), narrow(model.read(spec.name())));
      }
      assertSameLogits(problem, network, model);
    }
  }

  private static void assertSameLogits(Problem problem, Network network, TorchModel model) {
    int batch = problem.batch();
    model.setState(problem.state(0), problem.state(1), batch);
    try (WindowPlan plan = network.createEvaluationPlan(problem.steps(), batch)) {
      problem.fillState(plan);
      // The second window goes on from the state the first one left, here and there.
      for (int window = 0; window < 2; window++) {
        int[] inputs = problem.inputs(window);
        plan.forward(Tokens.of(inputs), Tokens.of(problem.targets(window)), problem.steps());
        float[] logits = new float[problem.rows() * problem.config().vocabularySize()];
        plan.readLogits(logits);
        float[] expected = narrow(TorchModel.values(model.forward(inputs, batch)));
        assertThat(Errors.largest(logits, expected))
            .as("logits of window %d of %s", window, problem)
            .isLessThanOrEqualTo(Tolerances.TORCH_LOGITS);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("problems")
  void gradientsMatchLibtorch(Problem problem) {
    try (PointerScope _ = new PointerScope();
        Backend backend = createBackend();
        Network network = backend.createNetwork(problem.config());
        WindowPlan plan = network.createTrainingPlan(problem.steps(), problem.batch())) {
      problem.fill(network);
      problem.fillState(plan);
      int[] inputs = problem.inputs(0);
      int[] targets = problem.targets(0);
      plan.forwardBackward(
          Tokens.of(inputs), Tokens.of(targets), problem.steps(), mean(targets, 0));
      TorchModel model = new TorchModel(problem.config(), ScalarType.Double);
      model.load(problem.parameters());
      model.setState(problem.state(0), problem.state(1), problem.batch());
      model.loss(model.forward(inputs, problem.batch()), targets).backward();
      for (ParameterSpec spec : network.gradients().specs()) {
        double[] actual = Errors.widen(network.gradients().read(spec.name()));
        assertThat(Errors.relative(actual, model.readGradient(spec.name())))
            .as("%s of %s", spec.name(), problem)
            .isLessThan(gradientTolerance());
      }
    }
  }

  /**
   * Ten updates.
   *
   * @param clipNorm 0 = none; otherwise below the norm, so that clipping is at work
   */
  record Run(OptimizerConfig optimizer, double learningRate, double clipNorm) {}

  static Stream<Run> runs() {
    return Stream.of(
        new Run(new OptimizerConfig.Adam(0.9, 0.999, 1e-8, 0), 0.003, 0.05),
        new Run(new OptimizerConfig.Adam(0.8, 0.95, 1e-6, 0.05), 0.002, 0),
        new Run(new OptimizerConfig.AdamW(0.9, 0.99, 1e-8, 0.1), 0.003, 0.05),
        new Run(new OptimizerConfig.Sgd(0, false, 0), 0.5, 0),
        new Run(new OptimizerConfig.Sgd(0.9, false, 0.01), 0.2, 0.1),
        new Run(new OptimizerConfig.Sgd(0.9, true, 0.01), 0.2, 0),
        new Run(new OptimizerConfig.RmsProp(0.95, 1e-8, 0, 0), 0.002, 0.05),
        new Run(new OptimizerConfig.RmsProp(0.9, 1e-7, 0.5, 0.02), 0.001, 0),
        new Run(new OptimizerConfig.Adadelta(0.9, 1e-6, 0), 1, 0.05),
        new Run(new OptimizerConfig.Adadelta(0.95, 1e-5, 0.01), 1, 0));
  }

  static Stream<Arguments> runsOfProblems() {
    List<Problem> problems =
        List.of(Problem.of(8, 5, 12, 24, 2, 40, 611), Problem.of(6, 3, 20, 20, 1, 30, 612).tied());
    return runs().flatMap(run -> problems.stream().map(problem -> Arguments.of(run, problem)));
  }

  @ParameterizedTest
  @MethodSource("runsOfProblems")
  void tenUpdatesLoseLikeLibtorchs(Run run, Problem problem) {
    double[] losses = losses(run, problem);
    double[] expected = torchLosses(run, problem);
    for (int i = 0; i < UPDATES; i++) {
      assertThat(Math.abs(losses[i] - expected[i]) / expected[i])
          .as("loss %d of %s of %s", i, run, problem)
          .isLessThan(lossTolerance());
    }
    // The rule must have moved the parameters, or the comparison would show nothing.
    assertThat(Math.abs(expected[UPDATES - 1] - expected[0])).isGreaterThan(1e-3);
  }

  /** Always the same window, from the state it left. */
  private double[] losses(Run run, Problem problem) {
    double[] losses = new double[UPDATES];
    int[] targets = problem.targets(0);
    try (Backend backend = createBackend();
        Network network = backend.createNetwork(problem.config());
        WindowPlan plan = network.createTrainingPlan(problem.steps(), problem.batch());
        Updater updater = network.createUpdater(run.optimizer())) {
      problem.fill(network);
      problem.fillState(plan);
      for (int i = 0; i < UPDATES; i++) {
        plan.forwardBackward(
            Tokens.of(problem.inputs(0)), Tokens.of(targets), problem.steps(), mean(targets, i));
        losses[i] = plan.readLoss().mean();
        updater.update(run.learningRate(), run.clipNorm(), 0);
      }
    }
    return losses;
  }

  private static double[] torchLosses(Run run, Problem problem) {
    double[] losses = new double[UPDATES];
    try (PointerScope _ = new PointerScope()) {
      TorchModel model = new TorchModel(problem.config(), ScalarType.Double);
      model.load(problem.parameters());
      model.setState(problem.state(0), problem.state(1), problem.batch());
      TensorVector parameters = model.parameters();
      TorchOptimizer optimizer = TorchOptimizer.of(run.optimizer(), parameters, run.learningRate());
      for (int i = 0; i < UPDATES; i++) {
        for (long p = 0; p < parameters.size(); p++) {
          parameters.get(p).mutable_grad().reset();
        }
        Tensor loss =
            model.loss(model.forward(problem.inputs(0), problem.batch()), problem.targets(0));
        loss.backward();
        losses[i] = loss.item_double();
        if (run.clipNorm() > 0) {
          torch.clip_grad_norm_(parameters, run.clipNorm());
        }
        optimizer.step();
      }
    }
    return losses;
  }

  /** A pass for the mean over the targets that are not ignored, as libtorch takes it. */
  private static TrainingPass mean(int[] targets, long step) {
    long scored = Arrays.stream(targets).filter(target -> target != WindowPlan.IGNORE).count();
    return new TrainingPass(1.0 / scored, false, 1, step);
  }

  private static float[] narrow(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }
}

package io.charlstm.runtime.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.reference.ReferenceBackend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every optimizer of a backend against the reference, with and without clipping. */
public abstract class UpdaterContractTest extends ContractSupport {
  private static final int UPDATES = 10;

  /** Distance allowed of parameters after ten updates. */
  protected double updatesTolerance() {
    return Tolerances.TEN_UPDATES;
  }

  /** Distance allowed of the moments after them. */
  protected double momentsTolerance() {
    return Tolerances.MOMENTS;
  }

  /** Distance allowed of each of their losses. */
  protected double lossesTolerance() {
    return Tolerances.TEN_LOSSES;
  }

  /**
   * One run of ten updates.
   *
   * @param clipNorm 0 = none; otherwise small enough to bind in every update
   * @param clipValue 0 = none; otherwise small enough to bind for some elements
   */
  record Run(OptimizerConfig optimizer, double learningRate, double clipNorm, double clipValue) {}

  static Stream<Run> runs() {
    return Stream.of(
        new Run(new OptimizerConfig.Adam(0.9, 0.999, 1e-8, 0), 0.003, 0, 0),
        new Run(new OptimizerConfig.Adam(0.8, 0.95, 1e-6, 0.05), 0.002, 0.05, 0),
        new Run(new OptimizerConfig.AdamW(0.9, 0.99, 1e-8, 0.1), 0.003, 0.05, 0.01),
        new Run(new OptimizerConfig.Sgd(0, false, 0), 0.5, 0, 0),
        new Run(new OptimizerConfig.Sgd(0.9, false, 0.01), 0.2, 0.1, 0),
        new Run(new OptimizerConfig.Sgd(0.9, true, 0.01), 0.2, 0, 0.02),
        new Run(new OptimizerConfig.RmsProp(0.95, 1e-8, 0, 0), 0.002, 0.05, 0),
        new Run(new OptimizerConfig.RmsProp(0.9, 1e-7, 0.5, 0.02), 0.001, 0, 0),
        new Run(new OptimizerConfig.Adadelta(0.9, 1e-6, 0), 1, 0.05, 0),
        new Run(new OptimizerConfig.Adadelta(0.95, 1e-5, 0.01), 1, 0, 0.01));
  }

  static Stream<Arguments> runsOfProblems() {
    List<Problem> problems =
        List.of(
            Problem.of(7, 3, 14, 15, 2, 33, 401),
            Problem.of(6, 5, 0, 17, 1, 30, 402),
            Problem.of(6, 2, 20, 20, 2, 25, 403).tied());
    return runs().flatMap(run -> problems.stream().map(problem -> Arguments.of(run, problem)));
  }

  @ParameterizedTest
  @MethodSource("runsOfProblems")
  void tenUpdatesMatchTheReference(Run run, Problem problem) {
    try (Session expected = new Session(new ReferenceBackend(), problem);
        Updater expectedUpdater = expected.network.createUpdater(run.optimizer())) {
      List<Double> expectedNorms = new ArrayList<>();
      List<Double> expectedLosses = train(run, problem, expected, expectedUpdater, expectedNorms);
      for (int threads : threadCounts()) {
        try (Session actual = session(problem, threads);
            Updater updater = actual.network.createUpdater(run.optimizer())) {
          List<Double> norms = new ArrayList<>();
          List<Double> losses = train(run, problem, actual, updater, norms);
          String what = run + " of " + problem + " with " + threads + " threads";
          for (int i = 0; i < UPDATES; i++) {
            assertThat(relative(losses.get(i), expectedLosses.get(i)))
                .as("loss %d of %s", i, what)
                .isLessThan(lossesTolerance());
            assertThat(relative(norms.get(i), expectedNorms.get(i)))
                .as("gradient norm %d of %s", i, what)
                .isLessThan(updatesTolerance());
          }
          assertThat(updater.step()).isEqualTo(UPDATES);
          assertParameters(what, actual, expected);
          assertMoments(what, updater, expectedUpdater);
        }
      }
    }
  }

  private static List<Double> train(
      Run run, Problem problem, Session session, Updater updater, List<Double> norms) {
    List<Double> losses = new ArrayList<>();
    problem.fillState(session.plan);
    for (int i = 0; i < UPDATES; i++) {
      session.train(problem, i, new TrainingPass(1.0 / problem.rows(), false, 4, i));
      losses.add(session.plan.readLoss().mean());
      updater.update(run.learningRate(), run.clipNorm(), run.clipValue());
      norms.add(updater.readGradientNorm());
    }
    return losses;
  }

  private void assertParameters(String what, Session actual, Session expected) {
    for (ParameterSpec spec : expected.network.parameters().specs()) {
      float[] values = actual.network.parameters().read(spec.name());
      float[] expectedValues = expected.network.parameters().read(spec.name());
      assertThat(Errors.relative(values, expectedValues))
          .as("%s of %s", spec.name(), what)
          .isLessThan(updatesTolerance());
    }
  }

  private void assertMoments(String what, Updater actual, Updater expected) {
    assertThat(actual.momentNames()).isEqualTo(expected.momentNames());
    for (String moment : expected.momentNames()) {
      for (ParameterSpec spec : expected.moment(moment).specs()) {
        float[] values = actual.moment(moment).read(spec.name());
        float[] expectedValues = expected.moment(moment).read(spec.name());
        assertThat(Errors.relative(values, expectedValues))
            .as("%s of %s of %s", moment, spec.name(), what)
            .isLessThan(momentsTolerance());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("runs")
  void aResumedUpdaterGoesOnToTheLastBit(Run run) {
    Problem problem = Problem.of(7, 3, 14, 15, 2, 33, 404);
    try (Session session = session(problem, 2);
        Updater updater = session.network.createUpdater(run.optimizer());
        Session other = session(problem, 2);
        Updater resumed = other.network.createUpdater(run.optimizer())) {
      train(run, problem, session, updater, new ArrayList<>());
      for (ParameterSpec spec : problem.config().parameters()) {
        String name = spec.name();
        other.network.parameters().write(name, session.network.parameters().read(name));
        other.network.gradients().write(name, session.network.gradients().read(name));
        for (String moment : updater.momentNames()) {
          resumed.moment(moment).write(name, updater.moment(moment).read(name));
        }
      }
      resumed.setStep(updater.step());
      updater.update(run.learningRate(), run.clipNorm(), run.clipValue());
      resumed.update(run.learningRate(), run.clipNorm(), run.clipValue());
      assertThat(resumed.step()).isEqualTo(UPDATES + 1);
      if (bitExactResume()) {
        for (ParameterSpec spec : problem.config().parameters()) {
          assertThat(other.network.parameters().read(spec.name()))
              .as("%s of %s of %s", spec.name(), run, problem)
              .isEqualTo(session.network.parameters().read(spec.name()));
        }
      }
    }
  }

  /** Whether everything a checkpoint keeps as fp32 is all there is. */
  protected boolean bitExactResume() {
    return true;
  }

  @ParameterizedTest
  @MethodSource("runs")
  void aGradientThatIsNotFiniteChangesNothing(Run run) {
    Problem problem = Problem.of(4, 3, 5, 6, 1, 7, 405);
    for (int threads : threadCounts()) {
      try (Session session = session(problem, threads);
          Updater updater = session.network.createUpdater(run.optimizer())) {
        train(session, problem, 0.1, 1);
        float[] gradient = session.network.gradients().read("output.bias");
        gradient[gradient.length - 1] = Float.NaN;
        session.network.gradients().write("output.bias", gradient);
        updater.update(run.learningRate(), run.clipNorm(), run.clipValue());
        assertThat(updater.readGradientNorm()).isNaN();
        assertThat(updater.step()).isZero();
        problem
            .parameters()
            .forEach(
                (name, values) ->
                    assertThat(session.network.parameters().read(name))
                        .as("%s of %s of %s", name, run, problem)
                        .isEqualTo(values));
        for (String moment : updater.momentNames()) {
          for (ParameterSpec spec : problem.config().parameters()) {
            assertThat(updater.moment(moment).read(spec.name())).containsOnly(0f);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("runs")
  void anInfiniteGradientChangesNothing(Run run) {
    Problem problem = Problem.of(4, 3, 5, 6, 1, 7, 406);
    try (Session session = session(problem, 2);
        Updater updater = session.network.createUpdater(run.optimizer())) {
      train(session, problem, 0.1, 1);
      float[] gradient = session.network.gradients().read("lstm.weight_hh_l0");
      Arrays.fill(gradient, Float.NEGATIVE_INFINITY);
      session.network.gradients().write("lstm.weight_hh_l0", gradient);
      updater.update(run.learningRate(), run.clipNorm(), 0);
      assertThat(updater.readGradientNorm()).isInfinite();
      assertThat(updater.step()).isZero();
      problem
          .parameters()
          .forEach(
              (name, values) ->
                  assertThat(session.network.parameters().read(name)).isEqualTo(values));
    }
  }
}

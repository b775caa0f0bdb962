package io.charlstm.runtime.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.reference.ReferenceBackend;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every backend must do, checked against the reference in double precision: windows, their
 * states and every gradient. Optimizers and decoders are in {@link UpdaterContractTest} and {@link
 * DecoderContractTest}.
 */
public abstract class BackendContractTest extends ContractSupport {

  /** Sizes are all different, odd ones and 1 among them, so that a mixed-up dimension shows. */
  static Stream<Problem> problems() {
    return Stream.of(
        Problem.of(7, 3, 4, 5, 2, 11, 101),
        Problem.of(9, 2, 16, 32, 1, 65, 102),
        Problem.of(6, 7, 20, 17, 2, 65, 103),
        Problem.of(5, 1, 12, 33, 3, 65, 104),
        Problem.of(11, 7, 31, 48, 2, 65, 105),
        Problem.of(13, 5, 64, 96, 3, 65, 106),
        Problem.of(5, 3, 70, 150, 2, 300, 107),
        Problem.of(1, 1, 1, 1, 1, 1, 108),
        Problem.of(8, 3, 5, 6, 2, 2, 109),
        Problem.of(1, 9, 7, 8, 2, 20, 110),
        Problem.of(6, 3, 7, 16, 1, 1, 111),
        Problem.of(7, 4, 0, 9, 2, 65, 112),
        Problem.of(4, 3, 0, 40, 1, 300, 113),
        Problem.of(3, 2, 0, 5, 2, 1, 114),
        Problem.of(6, 5, 24, 24, 2, 65, 115).tied(),
        Problem.of(5, 3, 33, 33, 1, 300, 116).tied(),
        // Long windows, of which backends may do a part at a time.
        Problem.of(37, 3, 6, 10, 2, 13, 150),
        Problem.of(35, 2, 0, 9, 3, 12, 151),
        // Few rows against a large vocabulary, and many rows against a small one.
        Problem.of(2, 2, 19, 24, 2, 300, 117),
        Problem.of(40, 8, 10, 20, 1, 13, 118));
  }

  static Stream<Problem> fewProblems() {
    return Stream.of(
        Problem.of(7, 3, 4, 5, 2, 11, 301),
        Problem.of(6, 7, 20, 17, 3, 65, 302),
        Problem.of(8, 5, 0, 48, 2, 70, 303),
        Problem.of(6, 1, 24, 24, 1, 65, 304).tied());
  }

  @ParameterizedTest
  @MethodSource("problems")
  void forwardMatchesTheReference(Problem problem) {
    Window expected = reference(problem, p -> forward(p, problem));
    for (int threads : threadCounts()) {
      for (boolean training : new boolean[] {false, true}) {
        try (Session session = new Session(createBackend(threads), problem, training)) {
          assertWindow(problem, threads, forward(session, problem), expected);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("problems")
  void plansSeeParametersThatWereWrittenOrUpdated(Problem problem) {
    Problem other = new Problem(problem.config(), problem.steps(), problem.batch(), 77);
    for (boolean training : new boolean[] {false, true}) {
      try (Session session = new Session(createBackend(2), problem, training);
          Updater updater = session.network.createUpdater(new OptimizerConfig.Sgd(0, false, 0))) {
        forward(session, problem);
        other.fill(session.network);
        Window written = forward(session, problem);
        problem.parameters().forEach(session.network.gradients()::write);
        updater.update(0.25, 0, 0);
        Window updated = forward(session, problem);
        try (Session fresh = new Session(new ReferenceBackend(), problem, false)) {
          other.fill(fresh.network);
          assertWindow(problem, 2, written, forward(fresh, problem));
          subtractQuarter(problem, fresh);
          assertWindow(problem, 2, updated, forward(fresh, problem));
        }
      }
    }
  }

  private static void subtractQuarter(Problem problem, Session session) {
    problem
        .parameters()
        .forEach(
            (name, gradient) -> {
              float[] values = session.network.parameters().read(name);
              for (int i = 0; i < values.length; i++) {
                values[i] -= 0.25f * gradient[i];
              }
              session.network.parameters().write(name, values);
            });
  }

  @ParameterizedTest
  @MethodSource({"problems", DropoutContractTest.MASKED, DropoutContractTest.DROPPED})
  void trainingMatchesTheReference(Problem problem) {
    Window expected = reference(problem, p -> train(p, problem, 0.7, 17));
    for (int threads : threadCounts()) {
      Window actual = compute(problem, threads, p -> train(p, problem, 0.7, 17));
      assertWindow(problem, threads, actual, expected);
    }
  }

  @ParameterizedTest
  @MethodSource("fewProblems")
  void shorterWindowsMatchTheReference(Problem problem) {
    Problem shorter = problem.withSteps(problem.steps() - 2);
    Window expected = reference(shorter, p -> train(p, shorter, 0.7, 17));
    Window forwardExpected = reference(shorter, p -> forward(p, shorter));
    for (int threads : threadCounts()) {
      try (Session session = session(problem, threads)) {
        // A long window first, so that stale values of its tail would show.
        train(session, problem, 1, 3);
        assertWindow(shorter, threads, train(session, shorter, 0.7, 17), expected);
        assertWindow(shorter, threads, forward(session, shorter), forwardExpected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("fewProblems")
  void twoCarriedWindowsEqualOneLong(Problem problem) {
    int steps = problem.steps();
    int[] inputs = concat(problem.inputs(0), problem.inputs(1));
    int[] targets = concat(problem.targets(0), problem.targets(1));
    for (int threads : threadCounts()) {
      try (Session session = session(problem, threads);
          WindowPlan whole = session.network.createEvaluationPlan(2 * steps, problem.batch())) {
        problem.fillState(session.plan);
        problem.fillState(whole);
        session.forward(problem, 0, steps);
        float[] first = session.logits(problem);
        session.forward(problem, 1, steps);
        float[] second = session.logits(problem);
        whole.forward(Tokens.of(inputs), Tokens.of(targets), 2 * steps);
        float[] logits = new float[first.length + second.length];
        whole.readLogits(logits);
        assertClose(problem, threads, "first", first, Arrays.copyOf(logits, first.length));
        float[] tail = Arrays.copyOfRange(logits, first.length, logits.length);
        assertClose(problem, threads, "second", second, tail);
        assertClose(
            problem, threads, "h", state(session.plan, problem, 0), state(whole, problem, 0));
        assertClose(
            problem, threads, "c", state(session.plan, problem, 1), state(whole, problem, 1));
        LossSum carried = session.plan.readLoss();
        LossSum expected = whole.readLoss();
        assertThat(carried.count()).isEqualTo(expected.count());
        assertThat(relative(carried.nats(), expected.nats())).isLessThan(sameBackendTolerance());
      }
    }
  }

  @ParameterizedTest
  @MethodSource({"fewProblems", DropoutContractTest.DROPPED})
  void accumulatedGradientsAreTheSum(Problem problem) {
    for (int threads : threadCounts()) {
      try (Session session = session(problem, threads)) {
        Window first = train(session, problem, 0.7, 17);
        session.train(problem, 1, new TrainingPass(0.3, false, 4, 18));
        Window second = session.read(problem);
        problem.fillState(session.plan);
        session.train(problem, 0, new TrainingPass(0.7, false, 4, 17));
        session.train(problem, 1, new TrainingPass(0.3, true, 4, 18));
        for (ParameterSpec spec : problem.config().parameters()) {
          float[] sum = first.gradients().get(spec.name()).clone();
          for (int i = 0; i < sum.length; i++) {
            sum[i] += second.gradients().get(spec.name())[i];
          }
          float[] accumulated = session.network.gradients().read(spec.name());
          assertClose(problem, threads, spec.name(), accumulated, sum);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("fewProblems")
  void ignoredTargetsNeitherScoreNorTrain(Problem problem) {
    int[] ignored = new int[problem.rows()];
    Arrays.fill(ignored, WindowPlan.IGNORE);
    for (int threads : threadCounts()) {
      try (Session session = session(problem, threads)) {
        train(session, problem, 1, 1);
        session.plan.readLoss();
        session.plan.forwardBackward(
            Tokens.of(problem.inputs(0)),
            Tokens.of(ignored),
            problem.steps(),
            new TrainingPass(1, false, 1, 1));
        assertThat(session.plan.readLoss()).isEqualTo(LossSum.ZERO);
        for (ParameterSpec spec : problem.config().parameters()) {
          assertThat(session.network.gradients().read(spec.name()))
              .as("%s of %s", spec.name(), problem)
              .containsOnly(0f);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource({"fewProblems", DropoutContractTest.MASKED, DropoutContractTest.DROPPED})
  void theSameWindowTwiceIsTheSameToTheLastBit(Problem problem) {
    for (int threads : threadCounts()) {
      Window first = compute(problem, threads, p -> train(p, problem, 0.7, 17));
      Window second = compute(problem, threads, p -> train(p, problem, 0.7, 17));
      assertBitEqual(problem, threads, first, second);
      try (Session session = session(problem, threads)) {
        train(session, problem, 0.2, 5);
        assertBitEqual(problem, threads, train(session, problem, 0.7, 17), first);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("fewProblems")
  void lossesAddUpUntilTheyAreRead(Problem problem) {
    try (Session session = session(problem, 2)) {
      problem.fillState(session.plan);
      session.forward(problem, 0, problem.steps());
      LossSum first = session.plan.readLoss();
      session.forward(problem, 1, problem.steps());
      LossSum second = session.plan.readLoss();
      problem.fillState(session.plan);
      session.forward(problem, 0, problem.steps());
      session.forward(problem, 1, problem.steps());
      LossSum both = session.plan.readLoss();
      assertThat(both.count()).isEqualTo(first.count() + second.count());
      assertThat(relative(both.nats(), first.nats() + second.nats()))
          .isLessThan(sameBackendTolerance());
      assertThat(session.plan.readLoss()).isEqualTo(LossSum.ZERO);
    }
  }

  @ParameterizedTest
  @MethodSource("fewProblems")
  void resetIsAStateOfZeros(Problem problem) {
    try (Session session = session(problem, 2)) {
      problem.fillState(session.plan);
      assertThat(state(session.plan, problem, 0)).isEqualTo(kept(problem.state(0)));
      assertThat(state(session.plan, problem, 1)).isEqualTo(problem.state(1));
      session.plan.resetState();
      assertThat(state(session.plan, problem, 0)).containsOnly(0f);
      assertThat(state(session.plan, problem, 1)).containsOnly(0f);
    }
  }

  @ParameterizedTest
  @MethodSource("problems")
  void parametersReadBackAsWritten(Problem problem) {
    try (Session session = session(problem, 2)) {
      problem
          .parameters()
          .forEach(
              (name, values) -> {
                assertThat(session.network.parameters().read(name))
                    .as("%s of %s", name, problem)
                    .isEqualTo(values);
                session.network.gradients().write(name, values);
                assertThat(session.network.gradients().read(name)).isEqualTo(values);
              });
      assertThat(session.network.parameters().specs()).isEqualTo(problem.config().parameters());
      session.network.gradients().clear();
      for (ParameterSpec spec : problem.config().parameters()) {
        assertThat(session.network.gradients().read(spec.name())).containsOnly(0f);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("fewProblems")
  void windowsThatDoNotFitAreRefused(Problem problem) {
    try (Session session = new Session(createBackend(2), problem, false)) {
      for (int steps : new int[] {0, problem.steps() + 1}) {
        assertThatThrownBy(() -> session.forward(problem, 0, steps))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> session.train(problem, 0, new TrainingPass(1, false, 1, 1)))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> session.network.createTrainingPlan(0, 1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> session.network.createTrainingPlan(1, 0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> session.network.parameters().read("lstm.weight_ih_l9"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("fewProblems")
  void closingTwiceIsHarmless(Problem problem) {
    Backend backend = createBackend(2);
    Session session = new Session(backend, problem);
    session.close();
    session.close();
  }

  private static int[] concat(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}

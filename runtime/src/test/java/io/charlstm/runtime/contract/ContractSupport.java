package io.charlstm.runtime.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.bindings.memory.LiveHandles;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.reference.ReferenceBackend;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the contract tests share: the backend under test, running it, and comparing. */
abstract class ContractSupport {

  private long openBefore;

  @BeforeEach
  final void countOpenHandles() {
    openBefore = LiveHandles.count();
  }

  @AfterEach
  final void nothingIsLeftOpen() {
    assertThat(LiveHandles.count()).as(LiveHandles.describe()).isEqualTo(openBefore);
  }

  /** The backend under test; skips the test with the reason when it is not available. */
  protected abstract Backend createBackend(int threads);

  /** Thread counts to test with; batches are split over them. */
  protected int[] threadCounts() {
    return new int[] {1, 2, 3};
  }

  /** Distance allowed from the reference in double precision. */
  protected double tolerance() {
    return Tolerances.FP32;
  }

  /** Distance allowed between two ways of the same backend. */
  protected double sameBackendTolerance() {
    return Tolerances.FP32_SAME_BACKEND;
  }

  /** What a plan keeps of a state h that is written to it. */
  protected float[] kept(float[] h) {
    return h;
  }

  /** Whether the backend can train; decoders need no training. */
  protected boolean trains() {
    return true;
  }

  protected final Session session(Problem problem, int threads) {
    return new Session(createBackend(threads), problem, trains());
  }

  static Window reference(Problem problem, Function<Session, Window> work) {
    try (Session session = new Session(new ReferenceBackend(), problem)) {
      return work.apply(session);
    }
  }

  final Window compute(Problem problem, int threads, Function<Session, Window> work) {
    try (Session session = session(problem, threads)) {
      return work.apply(session);
    }
  }

  /** Scores the problem's first window from its state. */
  static Window forward(Session session, Problem problem) {
    problem.fillState(session.plan);
    session.plan.readLoss();
    session.forward(problem, 0, problem.steps());
    return session.readScored(problem);
  }

  /** Trains on the problem's first window from its state. */
  static Window train(Session session, Problem problem, double scale, long dropoutStep) {
    problem.fillState(session.plan);
    session.plan.readLoss();
    session.train(problem, 0, new TrainingPass(scale, false, 4, dropoutStep));
    return session.read(problem);
  }

  /** h (which = 0) or c (which = 1) of a plan, (L,B,H). */
  static float[] state(WindowPlan plan, Problem problem, int which) {
    float[][] state = {problem.state(0), problem.state(1)};
    plan.readState(state[0], state[1]);
    return state[which];
  }

  final void assertWindow(Problem problem, int threads, Window actual, Window expected) {
    assertThat(actual.loss().count()).isEqualTo(expected.loss().count());
    assertThat(relative(actual.loss().nats(), expected.loss().nats()))
        .as("loss of %s with %d threads", problem, threads)
        .isLessThan(tolerance());
    expected
        .results()
        .forEach(
            (name, values) ->
                assertNear(problem, threads, name, actual.results().get(name), values));
    expected
        .gradients()
        .forEach(
            (name, values) ->
                assertNear(problem, threads, name, actual.gradients().get(name), values));
  }

  final void assertNear(
      Problem problem, int threads, String name, float[] actual, float[] expected) {
    assertThat(Errors.relative(actual, expected))
        .as("error of %s of %s with %d threads", name, problem, threads)
        .isLessThan(tolerance());
  }

  final void assertClose(
      Problem problem, int threads, String name, float[] actual, float[] expected) {
    assertThat(Errors.relative(actual, expected))
        .as("difference of %s of %s with %d threads", name, problem, threads)
        .isLessThan(sameBackendTolerance());
  }

  static void assertBitEqual(Problem problem, int threads, Window actual, Window expected) {
    assertThat(actual.loss()).isEqualTo(expected.loss());
    expected
        .results()
        .forEach(
            (name, values) ->
                assertThat(actual.results().get(name))
                    .as("%s of %s with %d threads", name, problem, threads)
                    .isEqualTo(values));
    for (ParameterSpec spec : problem.config().parameters()) {
      assertThat(actual.gradients().get(spec.name()))
          .as("%s of %s with %d threads", spec.name(), problem, threads)
          .isEqualTo(expected.gradients().get(spec.name()));
    }
  }

  static double relative(double actual, double expected) {
    return Math.abs(actual - expected) / Math.max(Math.abs(expected), Tolerances.ZERO_NORM);
  }
}

package io.charlstm.runtime.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.ParameterBlock;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.ShadowConfig;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The weights that an updater keeps beside the parameters: averages and anchors. */
public abstract class ShadowContractTest extends ContractSupport {
  private static final Problem PROBLEM = Problem.of(7, 3, 14, 15, 2, 33, 451);
  private static final OptimizerConfig ADAM = new OptimizerConfig.Adam(0.9, 0.99, 1e-8, 0);

  /** Bounds the decay from update 5 on, which of twelve leaves some to either side. */
  private static final double DECAY = 0.4;

  private static final int UPDATES = 12;

  /** An average is at most twelve sums of two products in float32 away from that in double. */
  private static final double ROUNDED = 12 * 3 * 0x1p-24;

  @Test
  void theAverageFollowsTheParametersAndLeavesThemAlone() {
    for (int threads : threadCounts()) {
      try (Session session = session(PROBLEM, threads);
          Updater updater = session.network.createUpdater(ADAM, new ShadowConfig.Average(DECAY));
          Session other = session(PROBLEM, threads);
          Updater plain = other.network.createUpdater(ADAM)) {
        copy(session.network.parameters(), updater.shadow());
        Map<String, double[]> expected = doubles(PROBLEM.parameters());
        for (int n = 1; n <= UPDATES; n++) {
          update(session, updater, n);
          update(other, plain, n);
          follow(expected, values(session.network.parameters()), n);
        }
        assertThat(updater.step()).isEqualTo(UPDATES);
        assertNear(updater.shadow(), expected);
        assertEqual(session.network.parameters(), values(other.network.parameters()));
      }
    }
  }

  /** The documented formula, in double. */
  private static void follow(
      Map<String, double[]> average, Map<String, float[]> parameters, int update) {
    double decay = Math.min(DECAY, (1.0 + update) / (10.0 + update));
    average.forEach(
        (name, values) -> {
          float[] now = parameters.get(name);
          for (int i = 0; i < values.length; i++) {
            values[i] = decay * values[i] + (1 - decay) * now[i];
          }
        });
  }

  @Test
  void anUpdateThatIsNotMadeLeavesTheAverageAlone() {
    try (Session session = session(PROBLEM, 2);
        Updater updater = session.network.createUpdater(ADAM, new ShadowConfig.Average(DECAY))) {
      copy(session.network.parameters(), updater.shadow());
      update(session, updater, 1);
      Map<String, float[]> before = values(updater.shadow());
      float[] gradient = session.network.gradients().read("output.bias");
      gradient[0] = Float.NaN;
      session.network.gradients().write("output.bias", gradient);
      updater.update(0.01, 0, 0);
      assertThat(updater.step()).isEqualTo(1);
      assertEqual(updater.shadow(), before);
    }
  }

  @Test
  void exchangedWeightsAreUsedAndComeBackToTheLastBit() {
    try (Session session = session(PROBLEM, 2);
        Updater updater = session.network.createUpdater(ADAM, new ShadowConfig.Average(DECAY));
        Session straight = session(PROBLEM, 2);
        Updater untouched = straight.network.createUpdater(ADAM, new ShadowConfig.Average(DECAY));
        Session averaged = session(PROBLEM, 2)) {
      for (int n = 1; n <= 3; n++) {
        update(session, updater, n);
        update(straight, untouched, n);
      }
      copy(updater.shadow(), averaged.network.parameters());
      Map<String, float[]> trained = values(session.network.parameters());
      updater.exchangeShadow();
      assertEqual(updater.shadow(), trained);
      assertWindow(PROBLEM, 2, forward(session, PROBLEM), forward(averaged, PROBLEM));
      updater.exchangeShadow();
      assertEqual(session.network.parameters(), trained);
      update(session, updater, 4);
      update(straight, untouched, 4);
      assertEqual(session.network.parameters(), values(straight.network.parameters()));
      assertEqual(updater.shadow(), values(untouched.shadow()));
    }
  }

  @Test
  void parametersGoTowardsTheAnchorAfterEachUpdate() {
    double rate = 0.3;
    Map<String, float[]> anchor = new Problem(PROBLEM.config(), 7, 3, 452).parameters();
    for (int threads : threadCounts()) {
      try (Session session = session(PROBLEM, threads);
          Updater updater = session.network.createUpdater(ADAM, new ShadowConfig.Anchor(rate));
          Session other = session(PROBLEM, threads);
          Updater plain = other.network.createUpdater(ADAM);
          Session fresh = session(PROBLEM, threads)) {
        anchor.forEach(updater.shadow()::write);
        update(session, updater, 1);
        update(other, plain, 1);
        Map<String, double[]> expected = doubles(values(other.network.parameters()));
        expected.forEach(
            (name, values) -> {
              for (int i = 0; i < values.length; i++) {
                values[i] += rate * (anchor.get(name)[i] - values[i]);
              }
            });
        assertNear(session.network.parameters(), expected);
        assertEqual(updater.shadow(), anchor);
        copy(session.network.parameters(), fresh.network.parameters());
        assertWindow(PROBLEM, threads, forward(session, PROBLEM), forward(fresh, PROBLEM));
      }
    }
  }

  @Test
  void anUpdaterWithoutOtherWeightsSaysSo() {
    try (Session session = session(PROBLEM, 1);
        Updater updater = session.network.createUpdater(ADAM)) {
      assertThat(updater.shadowConfig()).isEqualTo(ShadowConfig.NONE);
      assertThatThrownBy(updater::shadow).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(updater::exchangeShadow).isInstanceOf(IllegalStateException.class);
    }
  }

  private static void update(Session session, Updater updater, int window) {
    PROBLEM.fillState(session.plan);
    session.train(PROBLEM, window, new TrainingPass(1.0 / PROBLEM.rows(), false, 4, window));
    updater.update(0.02, 0, 0);
  }

  private static void copy(ParameterBlock from, ParameterBlock to) {
    values(from).forEach(to::write);
  }

  private static Map<String, float[]> values(ParameterBlock block) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (ParameterSpec spec : block.specs()) {
      values.put(spec.name(), block.read(spec.name()));
    }
    return values;
  }

  private static Map<String, double[]> doubles(Map<String, float[]> values) {
    Map<String, double[]> doubles = new LinkedHashMap<>();
    values.forEach(
        (name, floats) -> {
          double[] converted = new double[floats.length];
          for (int i = 0; i < floats.length; i++) {
            converted[i] = floats[i];
          }
          doubles.put(name, converted);
        });
    return doubles;
  }

  private static void assertNear(ParameterBlock block, Map<String, double[]> expected) {
    expected.forEach(
        (name, values) -> {
          float[] actual = block.read(name);
          double error = 0;
          double norm = 0;
          for (int i = 0; i < values.length; i++) {
            error += (actual[i] - values[i]) * (actual[i] - values[i]);
            norm += values[i] * values[i];
          }
          assertThat(Math.sqrt(error / norm)).as(name).isLessThan(ROUNDED);
        });
  }

  private static void assertEqual(ParameterBlock block, Map<String, float[]> expected) {
    expected.forEach((name, values) -> assertThat(block.read(name)).as(name).isEqualTo(values));
  }
}

package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.data.TokenSequence;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.Backends;
import io.charlstm.runtime.DropoutKind;
import io.charlstm.runtime.Initializer;
import io.charlstm.runtime.InitializerConfig;
import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.reference.ReferenceBackend;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

class DynamicEvaluationTest {
  /** Central differences of 40 steps' gradients are good to 1e-9 each; losses add up to 80. */
  private static final double IN_DOUBLE = 1e-6;

  /** Twelve updates in float32, of relative errors 1e-6 in their gradients. */
  private static final double IN_FLOAT = 1e-3;

  /** With dropout of every kind, of which none may be left. */
  private static final NetworkConfig SHAPE =
      new NetworkConfig(7, 3, 5, 2, false, 0.3, 0.2, 0.4, DropoutKind.VARIATIONAL, 0.5);

  /** Windows of 4 for 41 transitions, so that the last has one. */
  private static final DynamicEvaluation DYNAMIC = new DynamicEvaluation(0.7, 0.1, 4);

  private static final int[] TEXT = new Random(11).ints(42, 0, 7).map(i -> i * i % 7).toArray();

  private static TokenSequence tokens() {
    return new TokenSequence() {
      @Override
      public long size() {
        return TEXT.length;
      }

      @Override
      public int get(long index) {
        return TEXT[Math.toIntExact(index)];
      }
    };
  }

  private static Network network(Backend backend) {
    Network network = backend.createNetwork(SHAPE);
    Initializer.initialize(
        network, new InitializerConfig(InitializerConfig.Kind.NORMAL, 0.5, 0), 3);
    return network;
  }

  private static void assertAsByHand(Backend backend, double tolerance) {
    try (backend;
        Network network = network(backend)) {
      for (double decay : new double[] {0, 0.1}) {
        DynamicEvaluation dynamic = new DynamicEvaluation(0.7, decay, 4);
        LossSum score = dynamic.score(backend, network, tokens());
        double expected = new DynamicOracle(network).score(TEXT, dynamic);
        assertThat(score.count()).isEqualTo(TEXT.length - 1L);
        assertThat(score.nats()).isCloseTo(expected, within(tolerance));
        // So large an effect that a step left out, or made too early, would show.
        double plain = Evaluator.score(network, tokens(), 1).nats();
        assertThat(Math.abs(score.nats() - plain)).isGreaterThan(1);
      }
    }
  }

  @Test
  void theReferenceDoesAsByHand() {
    assertAsByHand(new ReferenceBackend(), IN_DOUBLE);
  }

  @Test
  void theCpuDoesAsByHand() {
    assertAsByHand(Backends.create("cpu", 2), IN_FLOAT);
  }

  @Test
  @Tag(CudaDouble.TAG)
  @ExtendWith(OnCudaDouble.class)
  void theGpuDoesAsByHand() {
    // tf32, which a GPU takes by itself, is not float32
    BackendOptions fp32 = new BackendOptions("cuda", 0, "fp32", "auto", true);
    assertAsByHand(Backends.create(fp32), IN_FLOAT);
  }

  @Test
  void withoutStepsItIsThePlainScore() {
    try (Backend backend = new ReferenceBackend();
        Network network = network(backend)) {
      double plain = Evaluator.score(network, tokens(), 1).nats();
      double still = new DynamicEvaluation(0, 0, 4).score(backend, network, tokens()).nats();
      assertThat(still).isCloseTo(plain, within(1e-9)); // the same sums in another order
    }
  }

  @Test
  void theTrainedNetworkStaysAsItIs() {
    try (Backend backend = new ReferenceBackend();
        Network network = network(backend)) {
      Map<String, float[]> before = new LinkedHashMap<>();
      for (ParameterSpec spec : network.parameters().specs()) {
        before.put(spec.name(), network.parameters().read(spec.name()));
      }
      DYNAMIC.score(backend, network, tokens());
      before.forEach(
          (name, values) -> assertThat(network.parameters().read(name)).isEqualTo(values));
    }
  }

  @Test
  void aLongWindowIsTheWholeText() {
    try (Backend backend = new ReferenceBackend();
        Network network = network(backend)) {
      double plain = Evaluator.score(network, tokens(), 1).nats();
      double whole = new DynamicEvaluation(0.7, 0, 1000).score(backend, network, tokens()).nats();
      assertThat(whole).isCloseTo(plain, within(1e-9));
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> new DynamicEvaluation(-1, 0, 4)).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> new DynamicEvaluation(1, 1.5, 4)).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> new DynamicEvaluation(1, 0, 0)).isInstanceOf(ConfigException.class);
    try (Backend backend = new ReferenceBackend();
        Network network = network(backend)) {
      DynamicEvaluation wild = new DynamicEvaluation(1e308, 0, 4);
      assertThatThrownBy(() -> wild.score(backend, network, tokens()))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("lower it");
    }
  }
}

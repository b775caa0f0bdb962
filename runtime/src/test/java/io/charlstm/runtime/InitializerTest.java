package io.charlstm.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.runtime.InitializerConfig.Fan;
import io.charlstm.runtime.InitializerConfig.Kind;
import io.charlstm.runtime.reference.ReferenceBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InitializerTest {
  private static final NetworkConfig CONFIG = NetworkConfig.of(90, 40, 100, 2);

  private static ParameterBlock initialized(InitializerConfig config, long seed) {
    return initialized(CONFIG, config, seed);
  }

  private static ParameterBlock initialized(
      NetworkConfig network, InitializerConfig config, long seed) {
    Network created = new ReferenceBackend().createNetwork(network);
    Initializer.initialize(created, config, seed);
    return created.parameters();
  }

  @Test
  void uniformIsPyTorchsDefault() {
    ParameterBlock parameters = initialized(InitializerConfig.DEFAULT, 5);
    for (ParameterSpec spec : parameters.specs()) {
      float[] values = parameters.read(spec.name());
      if (spec.name().equals("embedding.weight")) {
        assertNormal(values, 1);
      } else {
        assertUniform(values, 1 / Math.sqrt(100));
      }
    }
  }

  @Test
  void aTiedEmbeddingStartsAsTheOutputItIs() {
    NetworkConfig tied = new NetworkConfig(90, 100, 100, 1, true, 0, 0, 0);
    ParameterBlock parameters = initialized(tied, InitializerConfig.DEFAULT, 5);
    assertUniform(parameters.read("embedding.weight"), 0.1);
  }

  @Test
  void xavierFollowsTheFansOfTheWholeTensor() {
    ParameterBlock uniform = initialized(new InitializerConfig(Kind.XAVIER_UNIFORM, 1, 0), 6);
    assertUniform(uniform.read("lstm.weight_ih_l0"), Math.sqrt(6.0 / (400 + 40)));
    assertUniform(uniform.read("lstm.weight_hh_l1"), Math.sqrt(6.0 / (400 + 100)));
    assertUniform(uniform.read("output.weight"), Math.sqrt(6.0 / (90 + 100)));
    ParameterBlock normal = initialized(new InitializerConfig(Kind.XAVIER_NORMAL, 2, 0), 6);
    assertNormal(normal.read("lstm.weight_ih_l0"), 2 * Math.sqrt(2.0 / (400 + 40)));
  }

  @Test
  void xavierMayKeepToOneFan() {
    ParameterBlock in =
        initialized(new InitializerConfig(Kind.XAVIER_UNIFORM, Fan.IN, 0.9, 0, 0), 6);
    assertUniform(in.read("lstm.weight_ih_l0"), 0.9 * Math.sqrt(3.0 / 40));
    assertUniform(in.read("lstm.weight_hh_l1"), 0.9 * Math.sqrt(3.0 / 100));
    assertUniform(in.read("embedding.weight"), 0.9 * Math.sqrt(3.0 / 40));
    ParameterBlock out =
        initialized(new InitializerConfig(Kind.XAVIER_NORMAL, Fan.OUT, 2, 0, 0), 6);
    assertNormal(out.read("lstm.weight_ih_l0"), 2 * Math.sqrt(1.0 / 400));
  }

  @Test
  void outputWeightsMayHaveADistributionOfTheirOwn() {
    InitializerConfig plain = new InitializerConfig(Kind.XAVIER_UNIFORM, 1, 0);
    ParameterBlock usual = initialized(plain, 9);
    ParameterBlock own =
        initialized(new InitializerConfig(Kind.XAVIER_UNIFORM, Fan.AVG, 1, 0, 0.1), 9);
    assertNormal(own.read("output.weight"), 0.1);
    for (ParameterSpec spec : own.specs()) {
      if (!spec.name().equals("output.weight")) {
        assertThat(own.read(spec.name())).isEqualTo(usual.read(spec.name()));
      }
    }
  }

  @Test
  void normalHasTheGivenDeviation() {
    ParameterBlock parameters = initialized(new InitializerConfig(Kind.NORMAL, 0.05, 0), 7);
    assertNormal(parameters.read("lstm.weight_hh_l0"), 0.05);
    assertNormal(parameters.read("embedding.weight"), 0.05);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theForgetBiasIsAddedToTheForgetGateOnly(Kind kind) {
    ParameterBlock plain = initialized(new InitializerConfig(kind, 0.5, 0), 8);
    ParameterBlock raised = initialized(new InitializerConfig(kind, 0.5, 1.5), 8);
    for (ParameterSpec spec : plain.specs()) {
      float[] expected = plain.read(spec.name());
      if (spec.name().startsWith("lstm.bias_ih")) {
        for (int j = 100; j < 200; j++) {
          expected[j] = (float) (expected[j] + 1.5);
        }
      }
      assertThat(raised.read(spec.name())).as(spec.name()).isEqualTo(expected);
      if (kind != Kind.UNIFORM && spec.shape().size() == 1) {
        assertThat(plain.read(spec.name())).containsOnly(0f);
      }
    }
  }

  @Test
  void theSeedDecides() {
    float[] values = initialized(InitializerConfig.DEFAULT, 9).read("lstm.weight_hh_l0");
    assertThat(initialized(InitializerConfig.DEFAULT, 9).read("lstm.weight_hh_l0"))
        .isEqualTo(values);
    assertThat(initialized(InitializerConfig.DEFAULT, 10).read("lstm.weight_hh_l0"))
        .isNotEqualTo(values);
    assertThat(initialized(InitializerConfig.DEFAULT, 9).read("lstm.weight_hh_l1"))
        .isNotEqualTo(values);
  }

  @Test
  void kindsAreNamedByWords() {
    assertThat(Kind.parse("xavier_uniform")).isEqualTo(Kind.XAVIER_UNIFORM);
    assertThatThrownBy(() -> Kind.parse("zero"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "initializer must be one of uniform, xavier_uniform, xavier_normal, normal: zero");
  }

  private static void assertUniform(float[] values, double bound) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    // Of n values the largest lies within bound/n of the bound, more or less; n is 90 or more.
    assertThat(largest).isBetween(bound * 0.9, bound * (1 + 1e-6));
    assertMoments(values, bound / Math.sqrt(3));
  }

  private static void assertNormal(float[] values, double deviation) {
    long beyond = 0;
    for (float value : values) {
      beyond += Math.abs(value) > deviation ? 1 : 0;
    }
    // 31.7 % lie beyond one deviation; with n of 3600 or more the fraction varies by 0.8 %.
    assertThat((double) beyond / values.length).isCloseTo(0.3173, within(0.04));
    assertMoments(values, deviation);
  }

  /** Mean and deviation within five times their own standard errors. */
  private static void assertMoments(float[] values, double deviation) {
    int n = values.length;
    double mean = 0;
    double square = 0;
    for (float value : values) {
      mean += value / (double) n;
      square += value * (double) value / n;
    }
    assertThat(mean).isCloseTo(0, within(5 * deviation / Math.sqrt(n)));
    assertThat(Math.sqrt(square)).isCloseTo(deviation, within(5 * deviation / Math.sqrt(2.0 * n)));
  }
}

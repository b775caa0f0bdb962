package io.charlstm.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenSamplerTest {
  /** Logits whose probabilities are 0.1, 0.4, 0.2, 0.3. */
  private static final float[] FOUR = {
    (float) Math.log(0.1), (float) Math.log(0.4), (float) Math.log(0.2), (float) Math.log(0.3)
  };

  private static int draw(SamplingConfig config, double uniform, float... logits) {
    return new TokenSampler(logits.length).draw(logits, config, uniform);
  }

  private static SamplingConfig config(double temperature, int topK, double topP, double minP) {
    return new SamplingConfig(temperature, topK, topP, minP, false);
  }

  @Test
  void coversTheUniformNumbersInIdOrder() {
    SamplingConfig all = SamplingConfig.DEFAULT;
    assertThat(draw(all, 0, FOUR)).isZero();
    assertThat(draw(all, 0.0999, FOUR)).isZero();
    assertThat(draw(all, 0.1001, FOUR)).isEqualTo(1);
    assertThat(draw(all, 0.4999, FOUR)).isEqualTo(1);
    assertThat(draw(all, 0.5001, FOUR)).isEqualTo(2);
    assertThat(draw(all, 0.7001, FOUR)).isEqualTo(3);
    assertThat(draw(all, Math.nextDown(1.0), FOUR)).isEqualTo(3);
  }

  @Test
  void topKKeepsTheMostLikelyAndRenormalises() {
    // 1 and 3 are left with 4/7 and 3/7.
    SamplingConfig two = config(1, 2, 1, 0);
    assertThat(draw(two, 0, FOUR)).isEqualTo(1);
    assertThat(draw(two, 0.571, FOUR)).isEqualTo(1);
    assertThat(draw(two, 0.572, FOUR)).isEqualTo(3);
    assertThat(draw(config(1, 1, 1, 0), 0.99, FOUR)).isEqualTo(1);
    assertThat(draw(config(1, 9, 1, 0), 0.05, FOUR)).isZero();
  }

  @Test
  void topPKeepsTheSmallestSetThatReachesIt() {
    // 0.4 < 0.5 <= 0.4 + 0.3: tokens 1 and 3.
    assertThat(draw(config(1, 0, 0.5, 0), 0, FOUR)).isEqualTo(1);
    assertThat(draw(config(1, 0, 0.5, 0), 0.99, FOUR)).isEqualTo(3);
    // Below the largest probability one token is left, never none.
    assertThat(draw(config(1, 0, 1e-9, 0), 0.99, FOUR)).isEqualTo(1);
    // Of the three left by top-k, 4/9 < 0.7 <= 7/9.
    assertThat(draw(config(1, 3, 0.7, 0), 0.99, FOUR)).isEqualTo(3);
    assertThat(draw(config(1, 3, 0.8, 0), 0.5, FOUR)).isEqualTo(2);
  }

  @Test
  void minPIsRelativeToTheMostLikely() {
    // 0.2 is half of 0.4; a little more than half drops it.
    assertThat(draw(config(1, 0, 1, 0.49), 0.5, FOUR)).isEqualTo(2);
    assertThat(draw(config(1, 0, 1, 0.51), 0.5, FOUR)).isEqualTo(1);
    assertThat(draw(config(1, 0, 1, 0.51), 0.6, FOUR)).isEqualTo(3);
    assertThat(draw(config(1, 0, 1, 1), 0.99, FOUR)).isEqualTo(1);
  }

  @Test
  void greedyAndRankingTakeTheLowestIdOnATie() {
    SamplingConfig greedy = new SamplingConfig(1, 3, 0.2, 0, true);
    assertThat(draw(greedy, 0.9, 1, 5, 5, 2)).isEqualTo(1);
    assertThat(draw(config(1, 1, 1, 0), 0.9, 1, 5, 5, 2)).isEqualTo(1);
    assertThat(draw(config(1, 0, 0.3, 0), 0.9, 1, 5, 5, 2)).isEqualTo(1);
    assertThat(draw(config(1, 1, 1, 0), 0.9, -0f, 0f)).isZero();
  }

  @Test
  void temperatureSharpensAndFlattens() {
    // At 0.5 the probabilities 1, 16, 4, 9 of 30; squares of the former.
    SamplingConfig half = config(0.5, 0, 1, 0);
    assertThat(draw(half, 0.999 / 30, FOUR)).isZero();
    assertThat(draw(half, 16.99 / 30, FOUR)).isEqualTo(1);
    assertThat(draw(half, 17.01 / 30, FOUR)).isEqualTo(2);
    assertThat(draw(config(1e-6, 0, 1, 0), 0.999, FOUR)).isEqualTo(1);
    assertThat(draw(config(1e6, 0, 1, 0), 0.2499, FOUR)).isZero();
  }

  @Test
  void impossibleTokensAreNeverDrawn() {
    float no = Float.NEGATIVE_INFINITY;
    assertThat(draw(SamplingConfig.DEFAULT, 0, no, 2, no)).isEqualTo(1);
    assertThat(draw(SamplingConfig.DEFAULT, Math.nextDown(1.0), no, 2, no)).isEqualTo(1);
    assertThat(draw(config(1, 2, 1, 0), 0, no, 2, no)).isEqualTo(1);
  }

  @Test
  void logitsThatAreNotFiniteAreRefused() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> draw(SamplingConfig.DEFAULT, 0.5, 1, bad, 2))
          .isInstanceOf(ArithmeticException.class);
    }
    assertThatThrownBy(() -> draw(SamplingConfig.DEFAULT, 0.5, Float.NEGATIVE_INFINITY))
        .isInstanceOf(ArithmeticException.class);
  }

  static Stream<SamplingConfig> configs() {
    return Stream.of(
        SamplingConfig.DEFAULT,
        config(0.8, 0, 1, 0),
        config(1.2, 10, 1, 0),
        config(1, 0, 0.9, 0),
        config(0.9, 25, 0.85, 0),
        config(1.5, 0, 1, 0.1),
        config(0.7, 20, 0.95, 0.02));
  }

  /** Frequencies over an even grid of uniform numbers against a filter written with sorting. */
  @ParameterizedTest
  @MethodSource("configs")
  void frequenciesAreTheFilteredProbabilities(SamplingConfig config) {
    SplittableRandom random = new SplittableRandom(31);
    int vocabulary = 65;
    TokenSampler sampler = new TokenSampler(vocabulary);
    for (int round = 0; round < 5; round++) {
      float[] logits = new float[vocabulary];
      for (int v = 0; v < vocabulary; v++) {
        logits[v] = (float) random.nextDouble(-4, 4);
      }
      int grid = 20_000;
      double[] frequencies = new double[vocabulary];
      for (int i = 0; i < grid; i++) {
        frequencies[sampler.draw(logits, config, (i + 0.5) / grid)] += 1.0 / grid;
      }
      double[] expected = filtered(logits, config);
      for (int v = 0; v < vocabulary; v++) {
        // An interval of the unit line holds its length in grid points, give or take one.
        assertThat(frequencies[v]).as("token %d", v).isCloseTo(expected[v], within(1.01 / grid));
      }
    }
  }

  private static double[] filtered(float[] logits, SamplingConfig config) {
    double[] p = new double[logits.length];
    for (int v = 0; v < p.length; v++) {
      p[v] = Math.exp(logits[v] / config.temperature());
    }
    List<Integer> order = new ArrayList<>();
    for (int v = 0; v < p.length; v++) {
      order.add(v);
    }
    order.sort(Comparator.comparingDouble(v -> -p[v]));
    int kept = config.topK() == 0 ? p.length : config.topK();
    order.subList(kept, p.length).forEach(v -> p[v] = 0);
    double total = Arrays.stream(p).sum();
    double reached = 0;
    for (int v : order) {
      double probability = p[v] / total;
      p[v] = reached < config.topP() ? probability : 0;
      reached += probability;
    }
    double most = p[order.get(0)];
    for (int v = 0; v < p.length; v++) {
      p[v] = p[v] < config.minP() * most ? 0 : p[v];
    }
    double left = Arrays.stream(p).sum();
    return Arrays.stream(p).map(x -> x / left).toArray();
  }
}

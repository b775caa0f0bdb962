package io.charlstm.runtime.onednn.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.SamplingConfig;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class OneDnnDecoderArithmeticTest {
  private static final int STEPS = 23;

  // Single precision: sums of some hundred products of order 1, each step feeding on the last.
  private static final double TOLERANCE = 3e-5;

  // int8 sums x * (384 + q): up to 384 * 10 for some hundred x, rounded to 2^-12 in the worst place
  // of each step, times scales of about 1/300.
  private static final double TOLERANCE_INT8 = 2e-4;

  static Stream<NetworkConfig> networks() {
    return Stream.of(
        NetworkConfig.of(1, 3, 5, 1),
        NetworkConfig.of(2, 0, 33, 2),
        NetworkConfig.of(7, 11, 96, 3),
        NetworkConfig.of(65, 64, 96, 3),
        NetworkConfig.of(65, 0, 17, 1),
        NetworkConfig.of(130, 9, 129, 2),
        new NetworkConfig(65, 33, 33, 2, true, 0, 0, 0),
        new NetworkConfig(84, 48, 48, 1, true, 0.3, 0.2, 0.1));
  }

  private static double tolerance(WeightFormat format) {
    return format == WeightFormat.INT8 ? TOLERANCE_INT8 : TOLERANCE;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void logitsAreThoseOfTheEquations(NetworkConfig config) {
    RandomWeights weights = new RandomWeights(config, 3);
    for (WeightFormat format : WeightFormat.values()) {
      for (DecoderKernels kernels : Decoders.allKernels()) {
        for (boolean table : new boolean[] {true, config.oneHot()}) {
          RandomWeights rounded = RoundedWeights.of(config, weights, format, table);
          for (int workers = 1; workers <= 3; workers++) {
            try (OneDnnDecoder decoder =
                Decoders.forced(config, kernels, format, table, weights, workers, false, 1)) {
              assertFollows(decoder, config, new PlainLstm(config, rounded), tolerance(format));
            }
          }
        }
      }
    }
  }

  private static void assertFollows(
      OneDnnDecoder decoder, NetworkConfig config, PlainLstm expected, double tolerance) {
    for (int token : randomTokens(config, STEPS)) {
      decoder.feed(new int[] {token});
      double[] logits = expected.feed(token);
      float[] actual = Decoders.logits(decoder, config, 0);
      assertThat(actual).hasSameSizeAs(logits);
      for (int i = 0; i < logits.length; i++) {
        assertThat((double) actual[i]).isCloseTo(logits[i], within(tolerance));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void plainAndVectorKernelsGiveTheSameBits(NetworkConfig config) {
    RandomWeights weights = new RandomWeights(config, 5);
    for (WeightFormat format : WeightFormat.values()) {
      for (boolean table : new boolean[] {true, config.oneHot()}) {
        float[] reference = null;
        int[] drawn = null;
        for (DecoderKernels kernels : Decoders.allKernels()) {
          try (OneDnnDecoder decoder =
              Decoders.forced(config, kernels, format, table, weights, 1, false, 1)) {
            decoder.reset(0, 9);
            decoder.feed(new int[] {0});
            int[] tokens = new int[STEPS];
            decoder.generate(STEPS, SamplingConfig.DEFAULT, tokens);
            float[] logits = Decoders.logits(decoder, config, 0);
            assertThat(reference == null ? logits : reference).isEqualTo(logits);
            assertThat(drawn == null ? tokens : drawn).isEqualTo(tokens);
            reference = logits;
            drawn = tokens;
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(WeightFormat.class)
  void refreshTakesTheNewWeightsAndKeepsTheState(WeightFormat format) {
    NetworkConfig config = NetworkConfig.of(6, 4, 10, 2);
    RandomWeights weights = new RandomWeights(config, 7);
    try (OneDnnDecoder decoder = new OneDnnDecoder(config, format, weights, 1, 1)) {
      RandomWeights rounded = RoundedWeights.of(config, weights, format, true);
      PlainLstm expected = new PlainLstm(config, rounded);
      decoder.feed(new int[] {3});
      expected.feed(3);
      for (int i = 0; i < 6 * 4; i++) {
        weights.get("embedding.weight")[i] += 0.25f;
      }
      weights.get("lstm.weight_hh_l1")[5] -= 1;
      weights.get("output.bias")[2] += 1;
      rounded.become(RoundedWeights.of(config, weights, format, true));
      decoder.refresh();
      decoder.feed(new int[] {4});
      double[] logits = expected.feed(4);
      for (int i = 0; i < 6; i++) {
        assertThat((double) Decoders.logits(decoder, config, 0)[i])
            .isCloseTo(logits[i], within(tolerance(format)));
      }
    }
  }

  private static int[] randomTokens(NetworkConfig config, int count) {
    return new Random(11).ints(count, 0, config.vocabularySize()).toArray();
  }
}

package io.charlstm.runtime.onednn.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.contract.StreamRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a stream computes depends on nothing but its own tokens and seed, to the last bit. */
class OneDnnDecoderStreamsTest {
  private static final SamplingConfig SAMPLING = new SamplingConfig(0.9, 0, 1, 0, false);

  static Stream<NetworkConfig> networks() {
    return Stream.of(
        NetworkConfig.of(7, 11, 33, 2),
        NetworkConfig.of(65, 0, 96, 3),
        NetworkConfig.of(1, 2, 5, 1),
        new NetworkConfig(19, 40, 40, 1, true, 0, 0, 0));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aStreamDoesNotDependOnItsNeighboursOrOnThreads(NetworkConfig config) {
    RandomWeights weights = new RandomWeights(config, 21);
    for (WeightFormat format : WeightFormat.values()) {
      for (DecoderKernels kernels : Decoders.allKernels()) {
        for (boolean table : new boolean[] {true, config.oneHot()}) {
          assertIndependent(config, format, kernels, table, weights);
        }
      }
    }
  }

  private static void assertIndependent(
      NetworkConfig config,
      WeightFormat format,
      DecoderKernels kernels,
      boolean table,
      RandomWeights weights) {
    List<StreamRun> alone = new ArrayList<>();
    try (OneDnnDecoder one =
        Decoders.forced(config, kernels, format, table, weights, 1, false, 1)) {
      for (int key = 0; key < 64; key++) {
        alone.addAll(StreamRun.of(one, config, key, 5, 17));
      }
    }
    for (int streams : new int[] {1, 7, 64}) {
      for (int workers = 1; workers <= 3; workers++) {
        for (boolean shareUnits : new boolean[] {false, true}) {
          try (OneDnnDecoder decoder =
              Decoders.forced(
                  config, kernels, format, table, weights, workers, shareUnits, streams)) {
            assertThat(StreamRun.of(decoder, config, 0, 5, 17))
                .isEqualTo(alone.subList(0, streams));
          }
        }
      }
    }
  }

  @Test
  void generatingInPiecesIsGeneratingAtOnce() {
    NetworkConfig config = NetworkConfig.of(65, 10, 48, 2);
    RandomWeights weights = new RandomWeights(config, 4);
    for (int streams : new int[] {1, 5}) {
      for (int threads : new int[] {1, 2}) {
        try (OneDnnDecoder decoder =
            new OneDnnDecoder(config, WeightFormat.FLOAT32, weights, threads, streams)) {
          int[] whole = new int[3000 * streams];
          start(decoder);
          decoder.generate(3000, SAMPLING, whole);
          int[] joined = new int[0];
          start(decoder);
          for (int steps : new int[] {1, 0, 2, 997, 2000}) {
            int[] piece = new int[steps * streams];
            decoder.generate(steps, SAMPLING, piece);
            int length = joined.length;
            joined = Arrays.copyOf(joined, length + piece.length);
            System.arraycopy(piece, 0, joined, length, piece.length);
          }
          assertThat(joined).isEqualTo(whole);
        }
      }
    }
  }

  @Test
  void theDefaultPlansGiveTheSameTokens() {
    NetworkConfig config = NetworkConfig.of(30, 20, 70, 2);
    RandomWeights weights = new RandomWeights(config, 5);
    for (int streams : new int[] {1, 9}) {
      int[] expected = null;
      for (int threads : new int[] {1, 2, 3}) {
        try (OneDnnDecoder decoder =
            new OneDnnDecoder(config, WeightFormat.FLOAT32, weights, threads, streams)) {
          int[] tokens = new int[2000 * streams];
          start(decoder);
          decoder.generate(2000, SAMPLING, tokens);
          assertThat(expected == null ? tokens : expected).isEqualTo(tokens);
          expected = tokens;
        }
      }
    }
  }

  @Test
  void theSeedDecidesAndResetForgets() {
    NetworkConfig config = NetworkConfig.of(65, 10, 20, 1);
    RandomWeights weights = new RandomWeights(config, 6);
    try (OneDnnDecoder decoder = new OneDnnDecoder(config, WeightFormat.FLOAT32, weights, 1, 2)) {
      decoder.reset(0, 5);
      decoder.reset(1, 5);
      decoder.feed(new int[] {3, 3});
      int[] tokens = new int[60];
      decoder.generate(30, SAMPLING, tokens);
      assertThat(column(tokens, 1)).isEqualTo(column(tokens, 0));

      decoder.reset(0, 5);
      decoder.reset(1, 6);
      decoder.feed(new int[] {3, 3});
      int[] again = new int[60];
      decoder.generate(30, SAMPLING, again);
      assertThat(column(again, 0)).isEqualTo(column(tokens, 0));
      assertThat(column(again, 1)).isNotEqualTo(column(tokens, 1));
    }
  }

  private static int[] column(int[] tokens, int stream) {
    int[] column = new int[tokens.length / 2];
    Arrays.setAll(column, i -> tokens[2 * i + stream]);
    return column;
  }

  private static void start(OneDnnDecoder decoder) {
    int[] first = new int[decoder.streams()];
    for (int i = 0; i < first.length; i++) {
      decoder.reset(i, i + 77);
      first[i] = i;
    }
    decoder.feed(first);
  }
}

package io.charlstm.runtime.cudnn.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.contract.StreamRun;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.CudaUnderTest;
import io.charlstm.testing.cuda.OnCudaDouble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a stream computes depends on nothing but its own tokens and seed, to the last bit. */
@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class CudnnDecoderStreamsTest {
  private static final int GIVEN = 4;
  private static final int STEPS = 5;
  private static final SamplingConfig SAMPLING = new SamplingConfig(0.9, 0, 1, 0, false);
  private static final SamplingConfig FILTERED = new SamplingConfig(1.2, 20, 0.9, 0.01, false);

  static Stream<NetworkConfig> networks() {
    return Stream.of(
        NetworkConfig.of(7, 11, 33, 2),
        NetworkConfig.of(30, 0, 34, 1),
        NetworkConfig.of(1, 2, 5, 1),
        new NetworkConfig(19, 9, 9, 1, true, 0, 0, 0));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aStreamDoesNotDependOnItsNeighboursOrTheKernel(NetworkConfig config) {
    boolean[] tables = {true, config.oneHot()};
    try (DecoderFixture fixture = new DecoderFixture(config, 21)) {
      for (boolean table : tables) {
        List<StreamRun> alone = new ArrayList<>();
        try (StepDecoder one = fixture.decoder(1, table, 1)) {
          for (int key = 0; key < 5; key++) {
            alone.addAll(StreamRun.of(one, config, key, GIVEN, STEPS));
          }
        }
        for (int streams : new int[] {1, 5}) {
          for (int streamsOfBlock : ProductPlan.STREAMS_OF_BLOCK) {
            try (StepDecoder decoder = fixture.decoder(streams, table, streamsOfBlock)) {
              assertThat(StreamRun.of(decoder, config, 0, GIVEN, STEPS))
                  .as("%d streams, blocks of %d", streams, streamsOfBlock)
                  .isEqualTo(alone.subList(0, streams));
            }
          }
        }
      }
    }
  }

  /** More than a block of the largest kernel, and as many as it is chosen for. */
  @Test
  void manyStreamsAreAsOne() {
    NetworkConfig config = NetworkConfig.of(12, 3, 17, 1);
    try (DecoderFixture fixture = new DecoderFixture(config, 22);
        StepDecoder many = fixture.decoder(130, true, 64);
        StepDecoder one = fixture.decoder(1)) {
      List<StreamRun> together = StreamRun.of(many, config, 0, GIVEN, STEPS);
      for (int stream : new int[] {0, 15, 16, 63, 64, 129}) {
        assertThat(StreamRun.of(one, config, stream, GIVEN, STEPS).getFirst())
            .isEqualTo(together.get(stream));
      }
    }
  }

  /** Tokens are drawn in another way when there are many of them. */
  @Test
  void streamsOfALargeVocabularyDoNotDependOnEachOther() {
    NetworkConfig config = NetworkConfig.of(1030, 2, 3, 1);
    try (DecoderFixture fixture = new DecoderFixture(config, 23);
        StepDecoder two = fixture.decoder(2);
        StepDecoder one = fixture.decoder(1)) {
      List<StreamRun> together = StreamRun.of(two, config, 0, GIVEN, STEPS);
      assertThat(StreamRun.of(one, config, 0, GIVEN, STEPS).getFirst()).isEqualTo(together.get(0));
      assertThat(StreamRun.of(one, config, 1, GIVEN, STEPS).getFirst()).isEqualTo(together.get(1));
    }
  }

  /** One graph for each of the two h serves all configurations. */
  @Test
  void graphsGiveWhatSingleStepsGive() {
    NetworkConfig config = NetworkConfig.of(40, 5, 12, 2);
    try (DecoderFixture fixture = new DecoderFixture(config, 5);
        StepDecoder graphs = new CudnnDecoder(fixture.context(true), 3);
        StepDecoder eager = new CudnnDecoder(fixture.context(false), 3)) {
      CudaDouble.find().ifPresent(CudaDouble::clearCounts);
      List<int[]> single = pieces(eager);
      assertCalls("cudaGraphLaunch", 0);
      List<int[]> replayed = pieces(graphs);
      assertCalls("cudaGraphLaunch", 2 + 3 + 6);
      assertCalls("cudaGraphInstantiate", 2);
      for (int i = 0; i < single.size(); i++) {
        assertThat(replayed.get(i)).as("piece %d", i).isEqualTo(single.get(i));
      }
    }
  }

  private static void assertCalls(String function, long count) {
    CudaDouble.find()
        .ifPresent(cuda -> assertThat(cuda.calls(function)).as(function).isEqualTo(count));
  }

  private static List<int[]> pieces(StepDecoder decoder) {
    List<int[]> pieces = new ArrayList<>();
    start(decoder);
    // 1 + 2 * 16 + 7, 3 * 16 + 1 from the other h, 6 * 16 + 4.
    for (int steps : new int[] {40, 49, 100}) {
      int[] tokens = new int[steps * decoder.streams()];
      decoder.generate(steps, steps == 49 ? FILTERED : SAMPLING, tokens);
      pieces.add(tokens);
    }
    return pieces;
  }

  @Test
  void theSeedDecidesAndResetForgets() {
    NetworkConfig config = NetworkConfig.of(65, 10, 20, 1);
    try (DecoderFixture fixture = new DecoderFixture(config, 6);
        StepDecoder decoder = fixture.decoder(2)) {
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

  /** The configuration stays on the device, where a call with another one has to replace it. */
  @Test
  void aConfigurationHoldsFromItsCallOn() {
    NetworkConfig config = NetworkConfig.of(40, 5, 12, 2);
    try (DecoderFixture fixture = new DecoderFixture(config, 9);
        StepDecoder one = fixture.decoder(3);
        StepDecoder other = fixture.decoder(3)) {
      start(one);
      one.generate(20, SAMPLING, new int[60]);
      start(one);
      int[] afterAnother = new int[60];
      one.generate(20, FILTERED, afterAnother);
      start(other);
      int[] fromTheBeginning = new int[60];
      other.generate(20, FILTERED, fromTheBeginning);
      assertThat(afterAnother).isEqualTo(fromTheBeginning);
    }
  }

  /** Without anything in between that waits for the device. */
  @Test
  void resetsThatFollowEachOtherAllCount() {
    NetworkConfig config = NetworkConfig.of(30, 4, 9, 2);
    try (DecoderFixture fixture = new DecoderFixture(config, 10);
        StepDecoder often = fixture.decoder(2);
        StepDecoder once = fixture.decoder(2)) {
      for (int round = 0; round < 3; round++) {
        often.reset(round % 2, 50 + round);
        often.feed(new int[] {round, round + 1});
      }
      // What is left: stream 0 since the last round, stream 1 since the second.
      once.reset(0, 52);
      once.reset(1, 51);
      once.feed(new int[] {StepDecoder.IDLE, 2});
      once.feed(new int[] {2, 3});
      int[] expected = new int[40];
      once.generate(20, SAMPLING, expected);
      int[] tokens = new int[40];
      often.generate(20, SAMPLING, tokens);
      assertThat(tokens).isEqualTo(expected);
    }
  }

  /** With any order of independent work, and as late or as early as the host's waits allow. */
  @Test
  void nothingDependsOnWhenTheDeviceWorks() {
    NetworkConfig config = NetworkConfig.of(30, 4, 9, 2);
    try (DecoderFixture fixture = new DecoderFixture(config, 8)) {
      int[] expected = null;
      for (long seed = 0; seed < 6; seed++) {
        CudaUnderTest.setSeed(seed);
        fixture.write();
        try (StepDecoder decoder = fixture.decoder(2)) {
          for (int i = 0; i < 20; i++) {
            decoder.feed(new int[] {i, i % 3 == 0 ? StepDecoder.IDLE : 29 - i});
          }
          int[] tokens = new int[100];
          decoder.generate(20, SAMPLING, tokens);
          decoder.generate(30, FILTERED, tokens);
          assertThat(expected == null ? tokens : expected).isEqualTo(tokens);
          expected = tokens;
        }
      }
    }
  }

  private static int[] column(int[] tokens, int stream) {
    int[] column = new int[tokens.length / 2];
    Arrays.setAll(column, i -> tokens[2 * i + stream]);
    return column;
  }

  private static void start(StepDecoder decoder) {
    int[] first = new int[decoder.streams()];
    for (int i = 0; i < first.length; i++) {
      decoder.reset(i, i + 77);
      first[i] = i;
    }
    decoder.feed(first);
  }
}

package io.charlstm.runtime.cudnn.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.bindings.cuda.BlasCompute;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.reference.ReferenceBackend;
import io.charlstm.testing.cuda.CudaDouble;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Decoders of many streams, whose products are the matrix library's. */
@Tag(CudaDouble.TAG)
class MatmulDecoderTest {
  private static final int STEPS = 4;

  /** So many streams that a step of the smallest network is worth tensor cores. */
  private static final int MANY = 100_000;

  private static final SamplingConfig SAMPLING = new SamplingConfig(0.9, 0, 1, 0, false);

  static Stream<NetworkConfig> networks() {
    return Stream.of(
        NetworkConfig.of(7, 11, 33, 2),
        NetworkConfig.of(18, 0, 64, 3),
        NetworkConfig.of(1, 2, 1, 1),
        NetworkConfig.of(5, 33, 150, 1),
        new NetworkConfig(19, 40, 40, 2, true, 0, 0, 0));
  }

  /** Logits are of the order of 1, sums of up to 320 terms of 6e-8 relative rounding each. */
  @ParameterizedTest
  @MethodSource("networks")
  void inSinglePrecisionLogitsAreTheReferences(NetworkConfig config) {
    assertNear(config, BlasCompute.FLOAT_PEDANTIC, 2e-5f);
  }

  /**
   * TF32 rounds both operands of a product to 2^-11 each; some tens of terms of the order of 0.1 to
   * 1 let a gate differ by 1e-3, and a few steps and layers add that up.
   */
  @ParameterizedTest
  @MethodSource("networks")
  void onTensorCoresLogitsAreNearTheReferences(NetworkConfig config) {
    assertNear(config, BlasCompute.FLOAT_FAST_TF32, 2e-2f);
  }

  private static void assertNear(NetworkConfig config, BlasCompute compute, float tolerance) {
    int streams = 5;
    float[] actual = new float[config.vocabularySize()];
    float[] expected = new float[config.vocabularySize()];
    try (DecoderFixture fixture = new DecoderFixture(config, 41);
        ReferenceBackend backend = new ReferenceBackend();
        Network network = backend.createNetwork(config)) {
      fixture.copyTo(network);
      try (StepDecoder decoder = fixture.matmulDecoder(streams, compute);
          StepDecoder reference = network.createDecoder(streams)) {
        for (int step = 0; step < STEPS; step++) {
          int[] tokens = tokens(config, streams, step);
          decoder.feed(tokens);
          reference.feed(tokens);
          for (int stream = 0; stream < streams; stream++) {
            if (step == 0 && tokens[stream] == StepDecoder.IDLE) {
              continue; // has no logits yet
            }
            decoder.readLogits(stream, actual);
            reference.readLogits(stream, expected);
            assertThat(actual)
                .as("step %d, stream %d", step, stream)
                .containsExactly(expected, within(tolerance));
          }
        }
      }
    }
  }

  /** Some streams are idle now and then: their state and logits stay. */
  private static int[] tokens(NetworkConfig config, int streams, int step) {
    int[] tokens = new int[streams];
    for (int stream = 0; stream < streams; stream++) {
      boolean idle = (step + stream) % 4 == 3;
      tokens[stream] = idle ? StepDecoder.IDLE : (step * 5 + stream * 3) % config.vocabularySize();
    }
    return tokens;
  }

  /**
   * A row of a product depends on no other one: not on how many there are, nor on what they hold.
   */
  @Test
  void aStreamDoesNotDependOnWhatItsNeighboursSay() {
    NetworkConfig config = NetworkConfig.of(30, 0, 34, 2);
    int streams = 40;
    try (DecoderFixture fixture = new DecoderFixture(config, 42);
        StepDecoder decoder = fixture.matmulDecoder(streams, BlasCompute.FLOAT_FAST_TF32)) {
      int[] first = generate(decoder, 0);
      int[] second = generate(decoder, 7);
      for (int step = 0; step < STEPS; step++) {
        assertThat(second[step * streams]).isEqualTo(first[step * streams]);
      }
      assertThat(second).isNotEqualTo(first);
    }
  }

  private static int[] generate(StepDecoder decoder, int otherSeeds) {
    int[] tokens = new int[decoder.streams()];
    for (int stream = 0; stream < tokens.length; stream++) {
      decoder.reset(stream, stream == 0 ? 1 : otherSeeds + stream);
    }
    Arrays.fill(tokens, otherSeeds);
    tokens[0] = 3;
    decoder.feed(tokens);
    int[] drawn = new int[STEPS * tokens.length];
    decoder.generate(STEPS, SAMPLING, drawn);
    return drawn;
  }

  /** The same bits replayed as a graph, step by step, and after the weights were packed again. */
  @Test
  void graphsAndSingleStepsAreTheSame() {
    NetworkConfig config = NetworkConfig.of(12, 5, 20, 2);
    int streams = 33;
    int steps = 2 * DecoderBuffers.CHUNK + 3;
    try (DecoderFixture fixture = new DecoderFixture(config, 43);
        StepDecoder graphs = fixture.matmulDecoder(streams, BlasCompute.FLOAT_FAST_TF32);
        StepDecoder eager = fixture.eagerMatmulDecoder(streams)) {
      for (int round = 0; round < 2; round++) {
        int[] expected = new int[steps * streams];
        int[] actual = new int[steps * streams];
        start(eager);
        start(graphs);
        eager.generate(steps, SAMPLING, expected);
        graphs.generate(steps, SAMPLING, actual);
        assertThat(actual).isEqualTo(expected);
        fixture.fill(44);
        eager.refresh();
        graphs.refresh();
      }
    }
  }

  private static void start(StepDecoder decoder) {
    int[] tokens = new int[decoder.streams()];
    for (int stream = 0; stream < tokens.length; stream++) {
      decoder.reset(stream, stream);
      tokens[stream] = stream % 3;
    }
    decoder.feed(tokens);
  }

  @Test
  void tensorCoresAreForManyStreamsWhereTheyAreAllowed() {
    NetworkConfig config = NetworkConfig.of(12, 5, 20, 2);
    // The decoder waits for the parameters that the fixture writes.
    try (DecoderFixture fixture = new DecoderFixture(config, 45);
        StepDecoder _ = fixture.decoder(64)) {
      DecoderContext allowed = fixture.context(true);
      assertThat(DecodePlan.choose(allowed, 1).isMatmul()).isFalse();
      assertThat(DecodePlan.choose(allowed, MANY).isMatmul()).isTrue();
      assertThat(DecodePlan.choose(fixture.exactContext(), MANY).isMatmul()).isFalse();
    }
    DecodeShape withoutTable = new DecodeShape(config, 3, false);
    assertThatThrownBy(() -> DecodePlan.matmul(withoutTable, BlasCompute.FLOAT_FAST_TF32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("table");
  }
}

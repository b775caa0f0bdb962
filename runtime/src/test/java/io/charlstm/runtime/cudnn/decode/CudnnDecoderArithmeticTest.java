package io.charlstm.runtime.cudnn.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.reference.ReferenceBackend;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Logits against the reference in double precision, with every kernel and input layout. */
@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class CudnnDecoderArithmeticTest {
  static Stream<NetworkConfig> networks() {
    return Stream.of(
        NetworkConfig.of(7, 11, 33, 2),
        NetworkConfig.of(18, 0, 64, 3),
        NetworkConfig.of(1, 2, 1, 1),
        NetworkConfig.of(70, 300, 20, 1),
        NetworkConfig.of(5, 33, 150, 1),
        new NetworkConfig(19, 40, 40, 2, true, 0, 0, 0));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void logitsAreTheReferences(NetworkConfig config) {
    int streams = 3;
    int steps = 4;
    try (DecoderFixture fixture = new DecoderFixture(config, 31);
        ReferenceBackend backend = new ReferenceBackend();
        Network network = backend.createNetwork(config)) {
      fixture.copyTo(network);
      for (boolean table : new boolean[] {true, config.oneHot()}) {
        for (int streamsOfBlock : ProductPlan.STREAMS_OF_BLOCK) {
          try (StepDecoder decoder = fixture.decoder(streams, table, streamsOfBlock);
              StepDecoder reference = network.createDecoder(streams)) {
            assertNear(config, decoder, reference, steps);
          }
        }
      }
    }
  }

  private static void assertNear(
      NetworkConfig config, StepDecoder decoder, StepDecoder reference, int steps) {
    int vocabulary = config.vocabularySize();
    int[] tokens = new int[decoder.streams()];
    float[] actual = new float[vocabulary];
    float[] expected = new float[vocabulary];
    for (int step = 0; step < steps; step++) {
      for (int s = 0; s < tokens.length; s++) {
        tokens[s] = (step * 5 + s * 3) % vocabulary;
      }
      decoder.feed(tokens);
      reference.feed(tokens);
      for (int s = 0; s < tokens.length; s++) {
        decoder.readLogits(s, actual);
        reference.readLogits(s, expected);
        for (int v = 0; v < vocabulary; v++) {
          // Logits are of the order of 1, sums of up to 320 terms of 6e-8 relative rounding each.
          assertThat(actual[v])
              .as("step %d, stream %d, token %d", step, s, v)
              .isCloseTo(expected[v], within(2e-5f));
        }
      }
    }
  }
}

package io.charlstm.runtime.onednn.decode;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DecoderWarmUpTest {

  static Stream<Arguments> widths() {
    return IntStream.of(4, 8, 16)
        .boxed()
        .flatMap(lanes -> Arrays.stream(WeightFormat.values()).map(f -> Arguments.of(lanes, f)));
  }

  // Processors have vectors of 128, 256 or 512 bits; a round must fit its arrays with each.
  @ParameterizedTest
  @MethodSource("widths")
  void aRoundFitsVectorsOfEveryWidth(int lanes, WeightFormat format) {
    try (Arena arena = Arena.ofConfined()) {
      DecoderKernels kernels = new PlainDecoderKernels(lanes);
      DecoderWarmUp.Round round = new DecoderWarmUp.Round(kernels, format, true, arena);
      assertThatCode(round::nanos).doesNotThrowAnyException();
    }
  }
}

package io.charlstm.runtime.onednn.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.contract.StreamRun;
import io.charlstm.runtime.kernels.KernelSelection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A decoder that starts with plain loops computes what it computes later, to the last bit. */
class OneDnnDecoderStartTest {

  static Stream<NetworkConfig> networks() {
    return Stream.of(
        NetworkConfig.of(7, 11, 33, 2),
        NetworkConfig.of(65, 0, 96, 3),
        new NetworkConfig(19, 40, 40, 1, true, 0, 0, 0));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void startsWithTheBitsThatItGoesOnWith(NetworkConfig config) {
    for (DecoderKernels kernels : Decoders.allKernels()) {
      for (WeightFormat format : WeightFormat.values()) {
        for (boolean table : new boolean[] {true, config.oneHot()}) {
          for (int streams : new int[] {1, 5}) {
            List<StreamRun> compiled = run(config, kernels, format, table, streams, () -> true);
            assertThat(run(config, kernels, format, table, streams, () -> false))
                .isEqualTo(compiled);
            assertThat(run(config, kernels, format, table, streams, after(13))).isEqualTo(compiled);
          }
        }
      }
    }
  }

  private static List<StreamRun> run(
      NetworkConfig config,
      DecoderKernels kernels,
      WeightFormat format,
      boolean table,
      int streams,
      BooleanSupplier compiled) {
    RandomWeights weights = new RandomWeights(config, 4);
    try (OneDnnDecoder decoder =
        Decoders.forced(config, kernels, format, table, weights, 2, true, streams, compiled)) {
      return StreamRun.of(decoder, config, 0, 5, 17);
    }
  }

  /** False so many times: the loops are compiled in the midst of the run. */
  private static BooleanSupplier after(int times) {
    AtomicInteger asked = new AtomicInteger();
    return () -> asked.getAndIncrement() >= times;
  }

  @Test
  void saysThatTheModelDivergedAlsoWhenTheLoopsAreCompiledAfterThat() {
    NetworkConfig config = NetworkConfig.of(9, 4, 12, 2);
    RandomWeights weights = new RandomWeights(config, 2);
    weights.get("output.bias")[3] = Float.NaN;
    for (int times : new int[] {5, Integer.MAX_VALUE}) {
      try (OneDnnDecoder decoder =
          Decoders.forced(
              config,
              new PlainDecoderKernels(),
              WeightFormat.FLOAT32,
              true,
              weights,
              1,
              false,
              1,
              after(times))) {
        decoder.feed(new int[] {1});
        assertThatThrownBy(() -> decoder.generate(20, SamplingConfig.DEFAULT, new int[20]))
            .isInstanceOf(ArithmeticException.class)
            .hasMessageContaining("not finite");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(WeightFormat.class)
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void vectorLoopsTakeOverBeforeLong(WeightFormat format) {
    Assumptions.assumeTrue(KernelSelection.vectorAvailable(), "needs the Vector API");
    for (int streams : new int[] {1, 2}) {
      DecoderWarmUp warmUp = DecoderWarmUp.of(format, streams);
      assertThat(DecoderWarmUp.of(format, streams)).isSameAs(warmUp);
      while (!warmUp.done()) {
        Thread.onSpinWait();
      }
    }
  }
}

package io.charlstm.runtime.onednn.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.charlstm.bindings.memory.LiveHandles;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StepDecoder;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OneDnnDecoderLifecycleTest {
  private static final NetworkConfig CONFIG = NetworkConfig.of(9, 4, 12, 2);
  private static final SamplingConfig SAMPLING = SamplingConfig.DEFAULT;

  private static OneDnnDecoder decoder(int threads, int streams) {
    return new OneDnnDecoder(
        CONFIG, WeightFormat.FLOAT32, new RandomWeights(CONFIG, 1), threads, streams);
  }

  @Test
  void refusesWhatItCannotDo() {
    assertThatThrownBy(() -> decoder(1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> decoder(0, 1)).isInstanceOf(IllegalArgumentException.class);
    try (OneDnnDecoder decoder = decoder(2, 2)) {
      assertThatThrownBy(() -> decoder.feed(new int[] {1, 9}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("token 9 for stream 1");
      assertThatThrownBy(() -> decoder.feed(new int[] {-2, 0}))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> decoder.feed(new int[] {0}))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> decoder.reset(2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
      decoder.feed(new int[] {1, StepDecoder.IDLE});
      assertThatThrownBy(() -> decoder.generate(1, SAMPLING, new int[2]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("stream 1");
      assertThatThrownBy(() -> decoder.readLogits(1, new float[9]))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> decoder.readLogits(0, new float[8]))
          .isInstanceOf(IllegalArgumentException.class);
      decoder.feed(new int[] {StepDecoder.IDLE, 1});
      assertThatThrownBy(() -> decoder.generate(3, SAMPLING, new int[5]))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> decoder.generate(-1, SAMPLING, new int[5]))
          .isInstanceOf(IllegalArgumentException.class);
      decoder.generate(0, SAMPLING, new int[0]);
      decoder.feed(new int[] {StepDecoder.IDLE, StepDecoder.IDLE});
    }
  }

  @Test
  void closingTwiceReleasesOnceAndEndsTheThreads() {
    long before = LiveHandles.count();
    OneDnnDecoder decoder =
        Decoders.forced(
            CONFIG,
            new PlainDecoderKernels(),
            WeightFormat.FLOAT32,
            true,
            new RandomWeights(CONFIG, 1),
            3,
            true,
            2);
    decoder.feed(new int[] {1, 2});
    assertThat(LiveHandles.count()).isGreaterThan(before);
    decoder.close();
    decoder.close();
    assertThat(LiveHandles.count()).isEqualTo(before);
    assertThatThrownBy(() -> decoder.feed(new int[] {1, 2}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void releasesWhatItHasWhenTheWeightsCannotBeRead() {
    long before = LiveHandles.count();
    DecoderWeightsSource failing =
        (name, _) -> {
          throw new UnsupportedOperationException(name);
        };
    assertThatThrownBy(() -> new OneDnnDecoder(CONFIG, WeightFormat.FLOAT32, failing, 2, 1))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(LiveHandles.count()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(WeightFormat.class)
  void generatingAllocatesNothing(WeightFormat format) {
    try (OneDnnDecoder decoder =
        Decoders.forced(
            CONFIG,
            new PlainDecoderKernels(),
            format,
            true,
            new RandomWeights(CONFIG, 1),
            1,
            false,
            2)) {
      decoder.feed(new int[] {1, 2});
      int[] tokens = new int[2000];
      SamplingConfig topP = new SamplingConfig(1, 5, 0.9, 0, false);
      decoder.generate(1000, SAMPLING, tokens);
      decoder.generate(1000, topP, tokens);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      decoder.generate(1000, SAMPLING, tokens);
      decoder.generate(1000, topP, tokens);
      long bytes = threads.getCurrentThreadAllocatedBytes() - before;
      // Some bytes a call and for reading the counter, where a token would cost 24 or more.
      assertThat(bytes).isLessThan(4000);
    }
  }
}

package io.charlstm.runtime.cudnn.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.memory.LiveHandles;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Opening, closing, refusing and failing. */
@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class CudnnDecoderLifecycleTest {
  private static final NetworkConfig CONFIG = NetworkConfig.of(30, 4, 9, 2);

  @Test
  void aThousandSessionsLeaveNothingBehind() {
    try (DecoderFixture fixture = new DecoderFixture(NetworkConfig.of(5, 2, 3, 1), 1)) {
      Left before = Left.now();
      int[] token = new int[1];
      for (int i = 0; i < 1000; i++) {
        try (StepDecoder decoder = fixture.decoder(1)) {
          decoder.reset(0, i);
          decoder.feed(token);
          decoder.generate(1, SamplingConfig.DEFAULT, token);
        }
        assertThat(Left.now()).isEqualTo(before);
      }
    }
  }

  /** What is open: owners of native objects, and what a double knows of. */
  private record Left(long owners, long bytes, long pinnedBytes, long handles) {
    static Left now() {
      long owners = LiveHandles.count();
      return CudaDouble.find()
          .map(
              cuda ->
                  new Left(owners, cuda.liveBytes(), cuda.livePinnedBytes(), cuda.liveHandles()))
          .orElseGet(() -> new Left(owners, 0, 0, 0));
    }
  }

  @Test
  void closingTwiceIsClosingOnceAndNothingWorksAfterwards() {
    try (DecoderFixture fixture = new DecoderFixture(CONFIG, 1)) {
      StepDecoder decoder = fixture.decoder(2);
      decoder.close();
      decoder.close();
      assertThatThrownBy(() -> decoder.feed(new int[2])).hasMessageContaining("closed");
      assertThatThrownBy(() -> decoder.reset(0, 1)).hasMessageContaining("closed");
      assertThatThrownBy(decoder::refresh).hasMessageContaining("closed");
      assertThatThrownBy(() -> decoder.readLogits(0, new float[30])).hasMessageContaining("closed");
      assertThatThrownBy(() -> decoder.generate(1, SamplingConfig.DEFAULT, new int[2]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
  }

  @Test
  void wrongArgumentsAreRefusedAndChangeNothing() {
    try (DecoderFixture fixture = new DecoderFixture(CONFIG, 1);
        StepDecoder decoder = fixture.decoder(2)) {
      assertThatThrownBy(() -> fixture.decoder(0)).isInstanceOf(IllegalArgumentException.class);
      decoder.feed(new int[] {1, 2});
      float[] before = new float[30];
      decoder.readLogits(0, before);
      assertThatThrownBy(() -> decoder.feed(new int[] {3, 30}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("token 30 for stream 1");
      assertThatThrownBy(() -> decoder.feed(new int[] {3, -2}))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> decoder.feed(new int[] {3}))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> decoder.reset(2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> decoder.generate(2, SamplingConfig.DEFAULT, new int[3]))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> decoder.generate(-1, SamplingConfig.DEFAULT, new int[3]))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> decoder.readLogits(0, new float[29]))
          .isInstanceOf(IllegalArgumentException.class);
      decoder.feed(new int[] {StepDecoder.IDLE, StepDecoder.IDLE});
      float[] after = new float[30];
      decoder.readLogits(0, after);
      assertThat(after).isEqualTo(before);
    }
  }

  @Test
  void aReceiverMayNotCallTheDecoder() {
    try (DecoderFixture fixture = new DecoderFixture(CONFIG, 1);
        StepDecoder decoder = fixture.decoder(1)) {
      decoder.feed(new int[] {1});
      assertThatThrownBy(
              () ->
                  decoder.stream(
                      9,
                      SamplingConfig.DEFAULT,
                      (_, _) -> {
                        decoder.reset(0, 1);
                        return true;
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("handing over");
      decoder.generate(1, SamplingConfig.DEFAULT, new int[1]);
    }
  }

  @Test
  void aDivergedModelIsSaidToHaveDiverged() {
    try (DecoderFixture fixture = new DecoderFixture(CONFIG, 1);
        StepDecoder decoder = fixture.decoder(2)) {
      float bias = fixture.get("output.bias")[20];
      fixture.get("output.bias")[20] = Float.NaN;
      fixture.write();
      decoder.refresh();
      decoder.feed(new int[] {1, 2});
      assertThatThrownBy(() -> decoder.generate(40, SamplingConfig.DEFAULT, new int[80]))
          .isInstanceOf(ArithmeticException.class)
          .hasMessageContaining("not finite");
      assertThatThrownBy(() -> decoder.stream(40, SamplingConfig.DEFAULT, (_, _) -> true))
          .isInstanceOf(ArithmeticException.class)
          .hasMessageContaining("not finite");
      fixture.get("output.bias")[20] = bias;
      fixture.write();
      decoder.refresh();
      decoder.reset(0, 1);
      decoder.reset(1, 2);
      decoder.feed(new int[] {1, 2});
      decoder.generate(40, SamplingConfig.DEFAULT, new int[80]);
    }
  }

  /** Each call that creates something fails once: a clean exception, and nothing is left. */
  @Test
  void aFailureWhileOpeningLeavesNothing() {
    CudaDouble cuda = CudaDouble.assumed();
    try (DecoderFixture fixture = new DecoderFixture(CONFIG, 1)) {
      Left before = Left.now();
      for (String function :
          new String[] {
            "cudaMalloc",
            "cudaHostAlloc",
            "cudaStreamCreateWithFlags",
            "cudaEventCreateWithFlags",
            "cudaMemsetAsync",
            "cuLaunchKernel"
          }) {
        cuda.clearCounts();
        fixture.decoder(2).close();
        long calls = cuda.calls(function);
        assertThat(calls).as(function).isPositive();
        for (long call = 1; call <= calls; call++) {
          cuda.failCall(function, call, 2);
          assertThatThrownBy(() -> fixture.decoder(2))
              .as("%s, call %d", function, call)
              .isInstanceOf(NativeException.class)
              .hasMessageContaining(function);
          assertThat(Left.now()).as(cuda.liveReport()).isEqualTo(before);
        }
      }
    }
  }

  /** A failed call in the middle of generating; the decoder can be used again after a reset. */
  @Test
  void aFailureWhileGeneratingIsReported() {
    CudaDouble cuda = CudaDouble.assumed();
    try (DecoderFixture fixture = new DecoderFixture(CONFIG, 1)) {
      for (String function :
          new String[] {
            "cudaGraphInstantiate",
            "cudaStreamBeginCapture",
            "cudaStreamEndCapture",
            "cudaGraphLaunch",
            "cudaMemcpyAsync",
            "cudaEventRecord",
            "cudaEventSynchronize",
            "cuLaunchKernel"
          }) {
        try (StepDecoder decoder = fixture.decoder(1)) {
          decoder.feed(new int[] {1});
          cuda.failCall(function, 2, 1);
          assertThatThrownBy(() -> generateTwice(decoder))
              .as(function)
              .isInstanceOf(NativeException.class)
              .hasMessageContaining(function);
          cuda.clearFaults();
          decoder.reset(0, 9);
          decoder.feed(new int[] {1});
          int[] tokens = new int[20];
          decoder.generate(20, SamplingConfig.DEFAULT, tokens);
          try (StepDecoder fresh = fixture.decoder(1)) {
            fresh.reset(0, 9);
            fresh.feed(new int[] {1});
            int[] expected = new int[20];
            fresh.generate(20, SamplingConfig.DEFAULT, expected);
            assertThat(tokens).as(function).isEqualTo(expected);
          }
        }
      }
    }
  }

  // From both h, so that two graphs are made.
  private static void generateTwice(StepDecoder decoder) {
    decoder.generate(34, SamplingConfig.DEFAULT, new int[34]);
    decoder.generate(17, SamplingConfig.DEFAULT, new int[17]);
  }
}

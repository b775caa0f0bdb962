package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.bindings.memory.LiveHandles;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.contract.Problem;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.FaultSweep;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every call of the CUDA libraries fails once while text is generated. */
@Tag(CudaDouble.TAG)
class CudnnDecoderFaultSweepTest {
  private static final Problem PROBLEM = Problem.of(3, 2, 3, 4, 1, 5, 12);

  @Test
  void aFailureOfAnyCallIsACleanException() {
    assertThat(sweep().failCalls()).isEmpty();
  }

  @Test
  void aLostDeviceIsACleanException() {
    assertThat(sweep().failWork()).isEmpty();
  }

  private static FaultSweep sweep() {
    return new FaultSweep(CudaDouble.assumed(), CudnnDecoderFaultSweepTest::generate)
        .unchanged("native handles", LiveHandles::count)
        .harmless("cuModuleLoadData"); // kernels from the cache that do not load are compiled anew
  }

  /** A session: prompts, a graph of steps, and tokens that are handed over and cut short. */
  private static void generate() {
    try (Backend backend = new CudnnBackend(0, BackendOptions.of("cuda:0", 1));
        Network network = backend.createNetwork(PROBLEM.config())) {
      PROBLEM.fill(network);
      try (StepDecoder decoder = network.createDecoder(2)) {
        decoder.reset(0, 1);
        decoder.feed(new int[] {1, 2});
        int[] tokens = new int[36];
        decoder.generate(18, SamplingConfig.DEFAULT, tokens);
        assertThat(Arrays.stream(tokens).max().orElseThrow()).isBetween(0, 4);
        decoder.stream(8, SamplingConfig.DEFAULT, (_, steps) -> steps < 2);
        decoder.readLogits(1, new float[5]);
      }
    }
  }
}

package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.bindings.cuda.CudaDevice;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.contract.Problem;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.CudaUnderTest;
import io.charlstm.testing.cuda.OnCudaDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is free on a device, which all processes of a machine share. */
@Tag(CudaDouble.TAG)
@Tag(CudaUnderTest.ALONE)
@ExtendWith(OnCudaDouble.class)
class CudnnDeviceMemoryTest {
  /** A check of a GPU asks for many more. */
  private static final int SESSIONS = Integer.getInteger("charlstm.check.sessions", 6);

  /** Libraries and driver load code and take memory for themselves at first uses. */
  private static final int FIRST_SESSIONS = 3;

  private static final int STREAMS = 3;
  private static final int STEPS = 40;

  @Test
  void samplingSessionsGiveAllOfItBack() {
    Problem problem = Problem.of(4, 3, 50, 60, 2, 23, 29);
    try (Backend gpu = CudnnUnderTest.create("fp32");
        Network network = gpu.createNetwork(problem.config())) {
      problem.fill(network);
      int[] first = sample(network);
      for (int session = 1; session < FIRST_SESSIONS; session++) {
        sample(network);
      }
      CudaDevice device = CudaDevice.of(0);
      device.makeCurrent();
      long free = device.freeMemory();
      for (int session = 0; session < SESSIONS; session++) {
        assertThat(sample(network)).isEqualTo(first);
      }
      assertThat(device.freeMemory()).isEqualTo(free);
    }
  }

  /** Enough steps that they are replayed as graphs. */
  private static int[] sample(Network network) {
    int[] tokens = new int[STEPS * STREAMS];
    try (StepDecoder decoder = network.createDecoder(STREAMS)) {
      for (int stream = 0; stream < STREAMS; stream++) {
        decoder.reset(stream, 1 + stream);
      }
      decoder.feed(new int[STREAMS]);
      decoder.generate(STEPS, SamplingConfig.DEFAULT, tokens);
    }
    return tokens;
  }
}

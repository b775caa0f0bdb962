package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.Backends;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.FaultSweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls of the CUDA libraries fail while a run trains: its files stay good, and it can be resumed.
 */
@Tag(CudaDouble.TAG)
class CudaFaultSweepTest {
  private static final Trainer.BackendFactory GPU =
      options -> Backends.create(BackendOptions.of("cuda", 1));

  @TempDir Path folder;
  private TinyRun tiny;
  private RunConfig config;
  private Map<String, Integer> whole;
  private int runs;

  @BeforeEach
  void trainUndisturbed() throws IOException {
    CudaDouble.assumed().reset();
    tiny = new TinyRun(folder, GPU);
    config =
        tiny.config()
            .withValues(
                Map.of(
                    "steps", 4L,
                    "eval_every", 2L,
                    "checkpoint_every", 1L,
                    "sample_length", 3L,
                    "num_layers", 1L));
    train(tiny.request("whole", config));
    whole = tiny.last("whole");
  }

  @Test
  void aRunSurvivesTheFailureOfAnyCall() {
    FaultSweep sweep =
        new FaultSweep(CudaDouble.assumed(), this::trainAndResume)
            .unchanged("native handles", CudaFaultSweepTest::openHandles)
            // Kernels of the cache are compiled anew.
            .harmless("cuModuleLoadData")
            .callsPerFunction(2);
    assertThat(sweep.failCalls()).isEmpty();
  }

  /** Trains a new run; when that fails, resumes it, which must end as if nothing had been. */
  private void trainAndResume() {
    String name = "run" + runs++;
    try {
      train(tiny.request(name, config));
    } catch (RuntimeException e) {
      Path last = tiny.run(name).resolve("checkpoints/last.safetensors");
      if (Files.exists(last)) {
        train(TrainingRequest.resume(tiny.run(name), Map.of()));
        assertThat(tiny.last(name)).as("after a failure and a resumption").isEqualTo(whole);
      }
      throw e;
    }
    assertThat(tiny.last(name)).isEqualTo(whole);
  }

  private void train(TrainingRequest request) {
    Trainer.train(request, event -> {}, GPU);
  }

  /** The census is not exported to this module, but tests run on the class path. */
  private static long openHandles() {
    try {
      Class<?> census = Class.forName("io.charlstm.bindings.memory.LiveHandles");
      return (Long) census.getMethod("count").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}

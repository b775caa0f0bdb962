package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.Backends;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.CudaUnderTest;
import io.charlstm.testing.cuda.FaultSweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each call of the CUDA libraries fails while a run trains, call by call and then with CUDA graphs,
 * scores, samples and saves: the last checkpoint stays what it was, and can be resumed. In classes
 * of some length each, as classes run side by side.
 */
@Tag(CudaDouble.TAG)
abstract class CudaFaultSweep {
  /** Every so many failed runs, one is resumed at the end, as if nothing had been. */
  private static final int RESUME_EVERY = 20;

  @TempDir Path folder;
  private TinyRun tiny;
  private RunConfig config;
  private final Map<Integer, Map<String, Integer>> checkpoints = new HashMap<>();
  private final List<String> saved = new ArrayList<>();
  private int runs;

  @BeforeEach
  void trainUndisturbed() throws IOException {
    CudaDouble.assumed().reset();
    tiny = new TinyRun(folder, Backends::create);
    // One set of weights to save and no moments: the fewest calls that still do everything.
    config =
        tiny.config()
            .withValues(
                Map.of(
                    "device", "cuda",
                    "optimizer", "sgd",
                    "embedding_size", 0L,
                    "num_layers", 1L,
                    "steps", 4L,
                    "eval_every", 4L,
                    "checkpoint_every", 2L,
                    "sample_length", 3L));
    for (int step = 2; step <= 4; step += 2) {
      String name = "whole" + step;
      train(tiny.request(name, config.with("steps", Integer.toString(step))));
      checkpoints.put(step, tiny.last(name));
    }
  }

  /** How many failed runs left a checkpoint. */
  int saved() {
    return saved.size();
  }

  FaultSweep sweep() {
    return new FaultSweep(CudaDouble.assumed(), this::trainOnce)
        .unchanged("native handles", CudaUnderTest::openHandles)
        // Kernels of the cache are compiled anew.
        .harmless("cuModuleLoadData");
  }

  /** Trains a new run; when that fails, its last checkpoint must be one of an undisturbed run. */
  private void trainOnce() {
    String name = "run" + runs++;
    try {
      train(tiny.request(name, config));
    } catch (RuntimeException e) {
      if (Files.exists(tiny.run(name).resolve("checkpoints/last.safetensors"))) {
        assertThat(checkpoints.values()).as("after a failure").contains(tiny.last(name));
        saved.add(name);
      }
      throw e;
    }
    assertThat(tiny.last(name)).isEqualTo(checkpoints.get(4));
  }

  void resumeSomeOfTheSaved() {
    for (int i = 0; i < saved.size(); i += RESUME_EVERY) {
      String name = saved.get(i);
      train(TrainingRequest.resume(tiny.run(name), Map.of()));
      assertThat(tiny.last(name)).as("%s resumed", name).isEqualTo(checkpoints.get(4));
    }
  }

  private static void train(TrainingRequest request) {
    Trainer.train(request, event -> {}, Backends::create);
  }
}

package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.Backends;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exact resume with the backend that people use, on two threads and lanes that do not divide. */
class OneDnnResumeTest {
  @TempDir Path folder;

  private static Trainer.BackendFactory cpu() {
    return options -> Backends.create("cpu", 2);
  }

  @Test
  void stoppedRunsEndWithTheSameBytes() throws Exception {
    TinyRun tiny = new TinyRun(folder, cpu());
    RunConfig config =
        tiny.config()
            .withValues(
                Map.of(
                    "hidden_size", 24L,
                    "embedding_size", 17L,
                    "dropout", 0.2,
                    "output_dropout", 0.1,
                    "seq_length", 30L,
                    "gradient_accumulation", 3L,
                    "eval_every", 3L,
                    "sample_length", 0L))
            .with("steps", "7");
    tiny.train("whole", config);
    tiny.train("again", config);
    assertThat(tiny.last("again")).isEqualTo(tiny.last("whole"));

    for (int step : new int[] {2, 5}) {
      String name = "stopped" + step;
      tiny.trainUntil(tiny.request(name, config), step);
      tiny.resume(name, Map.of());
      assertThat(tiny.last(name)).as("stopped at %d", step).isEqualTo(tiny.last("whole"));
    }
    assertThat(openHandles()).as("native handles left open").isZero();
  }

  /** The census is not exported to this module, but tests run on the class path. */
  private static long openHandles() throws ReflectiveOperationException {
    Class<?> census = Class.forName("io.charlstm.bindings.memory.LiveHandles");
    return (Long) census.getMethod("count").invoke(null);
  }
}

package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exact resume, with lanes that do not divide by two threads. */
abstract class ResumeContractTest {
  @TempDir Path folder;

  abstract Trainer.BackendFactory backends();

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.2})
  void stoppedRunsEndWithTheSameBytes(double dropoutBetweenLayers) throws Exception {
    TinyRun tiny = new TinyRun(folder, backends());
    RunConfig config =
        tiny.config()
            .withValues(
                Map.of(
                    "hidden_size", 24L,
                    "embedding_size", 17L,
                    "dropout", dropoutBetweenLayers,
                    "output_dropout", 0.1,
                    "dropout_kind", "variational",
                    "weight_dropout", 2 * dropoutBetweenLayers,
                    "seq_length", 30L,
                    "gradient_accumulation", 3L,
                    "eval_every", 3L,
                    "sample_length", 0L))
            .withValues(Map.of("steps", 7L, "averaging", "ema", "averaging_decay", 0.3));
    train(tiny, tiny.request("whole", config));
    train(tiny, tiny.request("again", config));
    assertThat(tiny.last("again")).isEqualTo(tiny.last("whole"));

    for (int step : new int[] {2, 5}) {
      String name = "stopped" + step;
      trainUntil(tiny, tiny.request(name, config), step);
      train(tiny, TrainingRequest.resume(tiny.run(name), Map.of()));
      assertThat(tiny.last(name)).as("stopped at %d", step).isEqualTo(tiny.last("whole"));
    }
    assertThat(openHandles()).as("native handles left open").isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lines", "shuffled"})
  void windowsThatStartFromZeroEndWithTheSameBytes(String batching) throws Exception {
    TinyRun tiny = new TinyRun(folder, backends());
    RunConfig config =
        tiny.config()
            .withValues(
                Map.of(
                    "hidden_size", 24L,
                    "batching", batching,
                    "dropout", 0.2,
                    "seq_length", 30L,
                    "batch_size", 7L,
                    "eval_every", 3L,
                    "sample_length", 0L))
            .with("steps", "7");
    train(tiny, tiny.request("whole", config));
    trainUntil(tiny, tiny.request("stopped", config), 4);
    train(tiny, TrainingRequest.resume(tiny.run("stopped"), Map.of()));
    assertThat(tiny.last("stopped")).isEqualTo(tiny.last("whole"));
    assertThat(openHandles()).as("native handles left open").isZero();
  }

  void train(TinyRun tiny, TrainingRequest request) {
    tiny.train(request);
  }

  /** Trains and asks to stop once a step is made. */
  void trainUntil(TinyRun tiny, TrainingRequest request, int step) {
    tiny.trainUntil(request, step);
  }

  /** The census is not exported to this module, but tests run on the class path. */
  private static long openHandles() throws ReflectiveOperationException {
    Class<?> census = Class.forName("io.charlstm.bindings.memory.LiveHandles");
    return (Long) census.getMethod("count").invoke(null);
  }
}

package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.reference.ReferenceBackend;
import io.charlstm.trainer.TrainingEvent.End;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs whose backend makes several steps at a time come to the same as runs step by step. */
class DeviceStepsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 7, 1000})
  void severalStepsAtATimeGiveTheSameRun(int preferred) throws Exception {
    TinyRun runs = new TinyRun(folder);
    RunConfig config =
        runs.config()
            .withValues(
                Map.of(
                    "steps", 53L,
                    "eval_every", 10L,
                    "checkpoint_every", 6L,
                    "gradient_accumulation", 2L,
                    "dropout", 0.3,
                    "schedule", "cosine"));
    End steps = train(runs, "steps", config, 0);
    End batches = train(runs, "batches", config, preferred);
    assertThat(batches.step()).isEqualTo(53);
    assertThat(batches.trainLoss()).isEqualTo(steps.trainLoss());
    assertThat(batches.validLoss()).isEqualTo(steps.validLoss());
    assertThat(TinyRun.tensors(batches.checkpoint()))
        .isEqualTo(TinyRun.tensors(steps.checkpoint()));
  }

  @Test
  void aRunThatDivergesStopsAndNamesTheStep() throws Exception {
    TinyRun runs = new TinyRun(folder);
    RunConfig config =
        runs.config().withValues(Map.of("steps", 20L, "optimizer", "sgd", "on_nonfinite", "stop"));
    assertThatThrownBy(() -> train(runs, "spoilt", config, 5, 8))
        .isInstanceOf(NonFiniteLossException.class)
        .hasMessageContaining("is not finite at step 9 ");
  }

  @Test
  void stepsThatAreNotFiniteAreCounted() throws Exception {
    TinyRun runs = new TinyRun(folder);
    RunConfig config =
        runs.config()
            .withValues(
                Map.of(
                    "steps",
                    150L,
                    "eval_every",
                    1000L,
                    "optimizer",
                    "sgd",
                    "on_nonfinite",
                    "skip"));
    assertThatThrownBy(() -> train(runs, "spoilt", config, 8, 16))
        .isInstanceOf(NonFiniteLossException.class)
        .hasMessageContaining("104 steps in a row were not finite at step 120 ");
    assertThat(runs.events.stream().filter(TrainingEvent.Warning.class::isInstance)).hasSize(1);
  }

  private static End train(TinyRun runs, String name, RunConfig config, int preferred) {
    return train(runs, name, config, preferred, Long.MAX_VALUE);
  }

  /** Trains; at the first call with step {@code spoiled} a weight becomes NaN. */
  private static End train(
      TinyRun runs, String name, RunConfig config, int preferred, long spoiled) {
    return Trainer.train(
        runs.request(name, config),
        runs.events::add,
        options -> {
          Backend rounded =
              new HookedBackend(new ReferenceBackend(), HookedBackend.Spoiler.NONE, updates -> {});
          return preferred == 0
              ? rounded
              : BatchedSteps.backend(
                  rounded,
                  preferred,
                  (network, step) -> {
                    if (step >= spoiled) {
                      ParameterSpec bias = network.config().parameters().getLast();
                      float[] values = new float[bias.size()];
                      Arrays.fill(values, Float.NaN);
                      network.parameters().write(bias.name(), values);
                    }
                  });
        });
  }
}

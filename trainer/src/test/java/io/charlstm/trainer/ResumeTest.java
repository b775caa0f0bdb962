package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.trainer.TrainingEvent.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that was stopped and resumed is, bit for bit, the run that was not. */
class ResumeTest {
  private static final Set<String> CLOCKED = Set.of("seconds", "chars_per_sec", "checkpoint");

  @TempDir Path folder;
  private TinyRun tiny;

  @BeforeEach
  void makeCorpus() throws IOException {
    tiny = new TinyRun(folder);
  }

  /** Dropout everywhere, updates that reach over the end of an epoch, a rate that falls. */
  private RunConfig full(String optimizer) {
    return tiny.config()
        .withValues(
            Map.of(
                "optimizer",
                optimizer,
                "dropout",
                0.2,
                "input_dropout",
                0.1,
                "output_dropout",
                0.3,
                "seq_length",
                30L,
                "gradient_accumulation",
                3L,
                "schedule",
                "plateau",
                "plateau_patience",
                0L,
                "eval_every",
                2L))
        .with("steps", "7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"adam", "adamw", "sgd", "rmsprop", "adadelta"})
  void stoppedAtAnyStepGivesTheSameBytes(String optimizer) throws IOException {
    RunConfig config = full(optimizer).withValues(Map.of("momentum", 0.5, "weight_decay", 0.01));
    End whole = tiny.train("whole", config);

    for (int step = 1; step < 7; step++) {
      String name = "stopped" + step;
      End stopped = tiny.trainUntil(tiny.request(name, config), step);
      assertThat(stopped.reason()).isEqualTo(EndReason.INTERRUPTED);
      assertThat(stopped.step()).isEqualTo(step);
      End end = tiny.resume(name, Map.of());

      assertThat(end.validLoss()).isEqualTo(whole.validLoss());
      assertThat(end.trainLoss()).isEqualTo(whole.trainLoss());
      assertThat(tiny.last(name)).as("stopped at %d", step).isEqualTo(tiny.last("whole"));
      assertThat(best(name)).isEqualTo(best("whole"));
      assertThat(metrics(name)).isEqualTo(metrics("whole"));
    }
  }

  @Test
  void stoppedAtEveryStepGivesTheSameBytes() throws IOException {
    RunConfig config = full("adam");
    tiny.train("whole", config);

    tiny.trainUntil(tiny.request("halting", config), 1);
    for (int step = 2; step < 7; step++) {
      TrainingRequest again = TrainingRequest.resume(tiny.run("halting"), Map.of());
      tiny.trainUntil(again, step);
    }
    tiny.resume("halting", Map.of());

    assertThat(tiny.last("halting")).isEqualTo(tiny.last("whole"));
    assertThat(metrics("halting")).isEqualTo(metrics("whole"));
  }

  @Test
  void theSameSeedGivesTheSameRunAndAnotherSeedDoesNot() throws IOException {
    RunConfig config = full("adam");
    tiny.train("first", config);
    tiny.train("second", config);
    tiny.train("other", config.with("seed", "2"));

    assertThat(metrics("second")).isEqualTo(metrics("first"));
    assertThat(tiny.last("second")).isEqualTo(tiny.last("first"));
    assertThat(tiny.last("other")).isNotEqualTo(tiny.last("first"));
  }

  @Test
  void evaluatingAndSavingMoreOftenChangesNoWeight() throws IOException {
    RunConfig config = full("adam").with("schedule", "constant");
    tiny.train("often", config.withValues(Map.of("eval_every", 1L, "checkpoint_every", 1L)));
    tiny.train("rarely", config.withValues(Map.of("eval_every", 100L, "sample_length", 0L)));
    assertThat(tiny.last("often")).isEqualTo(tiny.last("rarely"));
  }

  @Test
  void aFinishedRunGoesOnWithANewLimit() throws IOException {
    RunConfig config = full("adam");
    tiny.train("whole", config);
    tiny.train("short", config.with("steps", "4"));

    End end = tiny.resume("short", Map.of("steps", "7"));

    assertThat(end.step()).isEqualTo(7);
    assertThat(tiny.last("short")).isEqualTo(tiny.last("whole"));
    assertThat(RunFolder.readConfig(tiny.run("short")).number("steps")).isEqualTo(7);
    assertThat(tiny.resume("short", Map.of()).reason()).isEqualTo(EndReason.STEPS);
  }

  @Test
  void aRunWithoutCheckpointBeginsAnew() throws IOException {
    RunConfig config = full("adam");
    tiny.train("whole", config);
    RunFolder.create(
            tiny.run("killed"), config, List.of(tiny.corpus().toString()), Optional.empty())
        .close();

    tiny.resume("killed", Map.of());

    assertThat(tiny.last("killed")).isEqualTo(tiny.last("whole"));
  }

  @Test
  void whatFixesTheRunMayNotChange() {
    tiny.train("run", full("adam"));
    assertThatThrownBy(() -> tiny.resume("run", Map.of("hidden_size", "8")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "hidden_size cannot change from 7 to 8 in a run that goes on; start a new run, with"
                + " --init-from to keep the weights");
  }

  @Test
  void anotherCorpusIsRefused() throws IOException {
    tiny.train("run", full("adam"));
    Files.writeString(tiny.corpus(), TinyRun.text(900).replace("the a", "the b"));
    assertThatThrownBy(() -> tiny.resume("run", Map.of("steps", "9")))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining("is not the one that")
        .hasMessageNotContaining("\n");
  }

  private Map<String, Integer> best(String name) {
    return TinyRun.tensors(tiny.run(name).resolve("checkpoints/best.safetensors"));
  }

  /** The lines of metrics.jsonl without what depends on the clock or the folder's name. */
  private List<Map<String, Object>> metrics(String name) throws IOException {
    return Files.readAllLines(tiny.run(name).resolve("metrics.jsonl")).stream()
        .map(
            line -> {
              Map<String, Object> values = new LinkedHashMap<>(FlatJson.parse(line));
              values.keySet().removeAll(CLOCKED);
              return values;
            })
        .toList();
  }
}

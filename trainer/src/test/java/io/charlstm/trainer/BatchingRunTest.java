package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.data.CorpusException;
import io.charlstm.sampler.ModelFiles;
import io.charlstm.trainer.TrainingEvent.End;
import io.charlstm.trainer.TrainingEvent.Evaluation;
import io.charlstm.trainer.TrainingEvent.Saved;
import io.charlstm.trainer.TrainingEvent.StepLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs in each way of cutting text into windows. */
class BatchingRunTest {
  private static final Set<String> CLOCKED =
      Set.of("seconds", "chars_per_sec", "samples_per_sec", "checkpoint");

  @TempDir Path folder;
  private TinyRun tiny;

  @BeforeEach
  void makeCorpus() throws IOException {
    tiny = new TinyRun(folder);
  }

  private RunConfig config(String batching) {
    return tiny.config()
        .withValues(
            Map.of(
                "batching",
                batching.startsWith("lanes") ? "lanes" : batching,
                "split_by",
                batching.equals("lanes by lane") ? "lanes" : "text",
                "extra_symbol",
                batching.equals("lines") ? "\0" : "",
                "seq_length",
                13L,
                "batch_size",
                11L,
                "dropout",
                0.2,
                "eval_epochs",
                1L,
                "log_every",
                2L,
                "epoch_checkpoints",
                true,
                "epochs",
                3L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lanes", "lanes by lane", "lines", "shuffled"})
  void stoppedAtAnyStepGivesTheSameBytes(String batching) throws IOException {
    RunConfig config = config(batching);
    End whole = tiny.train("whole", config);
    assertThat(whole.step()).isBetween(9L, 30L);

    for (int step = 1; step < whole.step(); step += 2) {
      String name = "stopped" + step;
      End stopped = tiny.trainUntil(tiny.request(name, config), step);
      assertThat(stopped.step()).isEqualTo(step);
      tiny.resume(name, Map.of());
      assertThat(tiny.last(name)).as("stopped at %d", step).isEqualTo(tiny.last("whole"));
      assertThat(metrics(name)).as("stopped at %d", step).isEqualTo(metrics("whole"));
    }
  }

  @Test
  void figuresOfAnEpochAreMeansOverItsBatches() {
    tiny.train("run", config("shuffled").withValues(Map.of("log_every", 1L)));
    List<StepLog> logs =
        tiny.events.stream().filter(StepLog.class::isInstance).map(StepLog.class::cast).toList();
    List<Evaluation> evaluations = tiny.evaluations();
    assertThat(evaluations).hasSize(3);
    int perEpoch = logs.size() / 3;
    for (int epoch = 0; epoch < 3; epoch++) {
      double sum = 0;
      for (int batch = 0; batch < perEpoch; batch++) {
        StepLog log = logs.get(epoch * perEpoch + batch);
        sum += Math.exp(log.trainLoss());
        assertThat(log.epoch()).isEqualTo(epoch);
        assertThat(log.batch()).isEqualTo(batch + 1);
        assertThat(log.trainPerplexity()).isCloseTo(sum / (batch + 1), within(1e-9));
      }
      assertThat(evaluations.get(epoch).epoch()).isEqualTo(epoch + 1.0);
      assertThat(evaluations.get(epoch).batches().trainPerplexity())
          .isCloseTo(sum / perEpoch, within(1e-9));
      // Jensen: a mean of perplexities is not below the perplexity of the mean.
      assertThat(evaluations.get(epoch).batches().validPerplexity())
          .isGreaterThanOrEqualTo(Math.exp(evaluations.get(epoch).validLoss()) - 1e-9);
    }
  }

  @Test
  void everyEpochKeepsACheckpoint() {
    End end = tiny.train("run", config("lines"));
    for (int epoch = 1; epoch <= 3; epoch++) {
      Path kept = tiny.run("run").resolve("checkpoints/epoch-" + epoch + ".safetensors");
      assertThat(ModelFiles.readSpec(kept).step()).isEqualTo(end.step() / 3 * epoch);
      assertThat(tiny.events.stream())
          .anyMatch(event -> event instanceof Saved saved && saved.checkpoint().equals(kept));
    }
  }

  @Test
  void aProbedWindowIsScoredWithoutDropoutAndChangesNothing() {
    RunConfig config =
        tiny.config().withValues(Map.of("steps", 12L, "eval_every", 4L, "split", "100,0,0"));
    tiny.train("plain", config);
    tiny.train("probed", config.withValues(Map.of("probe_window", 2L)));
    assertThat(tiny.last("probed")).isEqualTo(tiny.last("plain"));
    List<Evaluation> probed = tiny.evaluations().subList(3, 6);
    assertThat(probed).allMatch(evaluation -> evaluation.batches().probeLoss() > 0);
    assertThat(probed.getLast().batches().probeLoss())
        .isLessThan(probed.getFirst().batches().probeLoss());
    assertThat(tiny.evaluations().getFirst().batches().probeLoss()).isNaN();
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() throws IOException {
    assertThatThrownBy(() -> config("shuffled").with("split_by", "lanes"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("split_by = lanes needs batching = lanes");
    assertThatThrownBy(() -> config("lines").with("probe_window", "3"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("probe_window needs batching = lanes");
    assertThatThrownBy(() -> config("lines").with("extra_symbol", "ab"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("extra_symbol must be one character, not 'ab'");
    RunConfig probe = tiny.config().withValues(Map.of("probe_window", 1000L));
    assertThatThrownBy(() -> tiny.train("probe", probe))
        .isInstanceOf(CorpusException.class)
        .hasMessageMatching("probe_window is 1000, and the training part has \\d+ windows");
    Files.writeString(tiny.corpus(), "no line break in here".repeat(9));
    assertThatThrownBy(() -> tiny.train("lines", config("lines")))
        .isInstanceOf(CorpusException.class)
        .hasMessage("batching = lines needs a text of several lines; it has no line break");
  }

  @Test
  void aNulAsExtraSymbolSurvivesTheFilesOfARun() {
    tiny.train("run", config("lines"));
    assertThat(RunFolder.readConfig(tiny.run("run")).word("extra_symbol")).isEqualTo("\0");
    Path last = tiny.run("run").resolve("checkpoints/last.safetensors");
    assertThat(ModelFiles.readSpec(last).config()).containsEntry("extra_symbol", "\0");
    assertThat(ModelFiles.readSpec(last).vocabulary().idOf(0)).isZero();
  }

  /**
   * The lines of metrics.jsonl without what depends on the clock. Without a validation part an
   * evaluation is never broken off, and a stop at its step leaves the line of that end behind.
   */
  private List<Map<String, Object>> metrics(String name) throws IOException {
    return Files.readAllLines(tiny.run(name).resolve("metrics.jsonl")).stream()
        .filter(line -> !line.contains("\"reason\":\"interrupted\""))
        .map(
            line -> {
              Map<String, Object> values = new LinkedHashMap<>(FlatJson.parse(line));
              values.keySet().removeAll(CLOCKED);
              return values;
            })
        .toList();
  }
}

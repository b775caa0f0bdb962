package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.data.CorpusException;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.sampler.ModelFiles;
import io.charlstm.trainer.TrainingEvent.End;
import io.charlstm.trainer.TrainingEvent.Evaluation;
import io.charlstm.trainer.TrainingEvent.Start;
import io.charlstm.trainer.TrainingEvent.Warning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run does besides going down. */
class TrainingCourseTest {
  @TempDir Path folder;
  private TinyRun tiny;

  @BeforeEach
  void makeCorpus() throws IOException {
    tiny = new TinyRun(folder);
  }

  /** Makes the gradients of some updates NaN. */
  private static HookedBackend.Spoiler spoil(LongPredicate when) {
    int[] calls = {0};
    return (network, updates) -> {
      if (when.test(calls[0]++)) {
        ParameterSpec spec = network.config().parameters().getFirst();
        float[] values = new float[spec.size()];
        Arrays.fill(values, Float.NaN);
        network.gradients().write(spec.name(), values);
      }
    };
  }

  @Test
  void oneBatchIsLearntByHeart() throws IOException {
    Files.writeString(tiny.corpus(), "the quick brown fox jumps over the lazy dog and runs off.\n");
    RunConfig config =
        tiny.config()
            .withValues(
                Map.of(
                    "split", "100,0,0",
                    "batch_size", 1L,
                    "seq_length", 57L,
                    "hidden_size", 24L,
                    "steps", 300L));
    End end = tiny.train("run", config);
    assertThat(end.trainLoss()).isLessThan(0.05);
  }

  @Test
  void withoutValidationPartThereIsNoValidationLoss() {
    End end = tiny.train("run", tiny.config().withValues(Map.of("split", "100,0,0", "steps", 4L)));
    assertThat(end.validLoss()).isNaN();
    assertThat(end.trainLoss()).isFinite();
    assertThat(end.checkpoint()).isEqualTo(tiny.run("run").resolve("checkpoints/last.safetensors"));
    assertThat(EventJson.line(end))
        .contains("\"valid_loss\":null,\"valid_perplexity\":null,\"valid_bits_per_char\":null");
  }

  @Test
  void theEndScoresTheBestCheckpointInOneLane() throws IOException {
    End end = tiny.train("run", tiny.config().withValues(Map.of("steps", 12L, "eval_every", 4L)));
    assertThat(end.checkpoint()).isEqualTo(tiny.run("run").resolve("checkpoints/best.safetensors"));
    assertThat(ModelFiles.readSpec(end.checkpoint()).step()).isEqualTo(end.checkpointStep());
    // Two lanes against one: a few characters more without context.
    assertThat(end.validLoss()).isCloseTo(tiny.evaluations().getLast().validLoss(), within(0.2));
  }

  @Test
  void stopsEarlyWhenNothingImproves() {
    // A rate of practically nothing: only the first evaluation is an improvement.
    RunConfig config =
        tiny.config()
            .withValues(
                Map.of(
                    "learning_rate", 1e-30,
                    "steps", 100L,
                    "eval_every", 2L,
                    "early_stopping_patience", 3L));
    End end = tiny.train("run", config);
    assertThat(end.reason()).isEqualTo(EndReason.EARLY_STOPPING);
    assertThat(end.step()).isEqualTo(8);
    assertThat(end.checkpointStep()).isEqualTo(2);
  }

  @Test
  void epochsEndTheRunToo() {
    // 810 tokens in 3 lanes of 270: 44 windows of 6 an epoch, 5 an update.
    RunConfig config = tiny.config().withValues(Map.of("epochs", 2L, "gradient_accumulation", 5L));
    End end = tiny.train("run", config);
    assertThat(end.reason()).isEqualTo(EndReason.EPOCHS);
    assertThat(end.step()).isEqualTo(18);
    assertThat(end.epoch()).isCloseTo(90.0 / 44, within(1e-12));
  }

  @Test
  void theClockEndsTheRunToo() {
    End end = tiny.train("run", tiny.config().with("seconds", "0.3"));
    assertThat(end.reason()).isEqualTo(EndReason.SECONDS);
    assertThat(end.seconds()).isGreaterThanOrEqualTo(0.3);
    assertThat(tiny.evaluations()).isNotEmpty();
  }

  @Test
  void accumulatedWindowsAreOneUpdateOfTheirMean() {
    RunConfig config = tiny.config().withValues(Map.of("steps", 3L, "optimizer", "sgd"));
    tiny.train("halves", config.with("gradient_accumulation", "2"));
    assertThat(tiny.evaluations().getLast().gradientNorm()).isPositive();
    assertThat(tiny.evaluations().getLast().epoch()).isCloseTo(6.0 / 44, within(1e-12));
  }

  @Test
  void stopsAtNanAndKeepsTheLastCheckpoint() {
    RunConfig config = tiny.config().withValues(Map.of("steps", 20L, "checkpoint_every", 3L));
    TrainingRequest request = tiny.request("run", config);
    assertThatThrownBy(() -> tiny.train(request, spoil(call -> call == 7), updates -> {}))
        .isInstanceOf(NonFiniteLossException.class)
        .hasMessageStartingWith("the loss or a gradient is not finite at step 8")
        .hasMessageContaining("the checkpoint of step 6 is kept")
        .hasMessageContaining("on_nonfinite=skip")
        .hasMessageNotContaining("\n");

    // And the run can go on from there.
    assertThat(tiny.resume("run", Map.of()).step()).isEqualTo(20);
  }

  @Test
  void skipsStepsThatAreNotFinite() {
    RunConfig config = tiny.config().withValues(Map.of("steps", 20L, "on_nonfinite", "skip"));
    End end =
        tiny.train(
            tiny.request("run", config), spoil(call -> call == 7 || call == 8), updates -> {});
    assertThat(end.step()).isEqualTo(20);
    assertThat(tiny.evaluations().getLast().skippedSteps()).isEqualTo(2);
    assertThat(tiny.events).filteredOn(Warning.class::isInstance).hasSize(1);
    assertThat(end.validLoss()).isFinite();
  }

  @Test
  void doesNotSkipForEver() {
    RunConfig config = tiny.config().withValues(Map.of("steps", 300L, "on_nonfinite", "skip"));
    TrainingRequest request = tiny.request("run", config);
    assertThatThrownBy(() -> tiny.train(request, spoil(call -> call >= 4), updates -> {}))
        .isInstanceOf(NonFiniteLossException.class)
        .hasMessageStartingWith("100 steps in a row were not finite at step 104");
  }

  @Test
  void weightsThatBlowUpAreNotSaved() {
    RunConfig config =
        tiny.config()
            .withValues(
                Map.of(
                    "steps", 20L,
                    "optimizer", "sgd",
                    "learning_rate", 1e300,
                    "checkpoint_every", 1L,
                    "eval_every", 100L));
    assertThatThrownBy(() -> tiny.train("run", config))
        .isInstanceOf(NonFiniteLossException.class)
        .hasMessageContaining("there is no checkpoint yet");
    assertThat(tiny.run("run").resolve("checkpoints")).isEmptyDirectory();
  }

  @Test
  void goesOnFromTheWeightsOfAModel() throws IOException {
    tiny.train("first", tiny.config().withValues(Map.of("steps", 30L)));
    double reached = tiny.evaluations().getLast().validLoss();
    tiny.events.clear();

    // Other sizes are the model's, other values the new run's.
    RunConfig config =
        tiny.config().withValues(Map.of("hidden_size", 9L, "steps", 2L, "learning_rate", 1e-9));
    tiny.train(tiny.request("second", config).withInitFrom(tiny.run("first")));

    Evaluation last = tiny.evaluations().getLast();
    assertThat(last.validLoss()).isCloseTo(reached, within(1e-4)); // two steps of 1e-9
    assertThat(RunFolder.readConfig(tiny.run("second")).number("hidden_size")).isEqualTo(7);
    assertThat(tiny.events)
        .filteredOn(Warning.class::isInstance)
        .extracting(event -> ((Warning) event).message())
        .anyMatch(message -> message.startsWith("hidden_size is 7 as in "));
  }

  @Test
  void aModelDoesNotLearnCharactersItDoesNotKnow() throws IOException {
    tiny.train("first", tiny.config().withValues(Map.of("steps", 2L)));
    Files.writeString(tiny.corpus(), TinyRun.text(900) + "Z".repeat(9));
    TrainingRequest second =
        tiny.request("second", tiny.config().with("steps", "2")).withInitFrom(tiny.run("first"));
    assertThatThrownBy(() -> tiny.train(second))
        .isInstanceOf(CorpusException.class)
        .hasMessageNotContaining("\n");
    assertThat(tiny.run("second")).doesNotExist();
  }

  @Test
  void saysWhatItStartsWithAndShowsSamples() {
    tiny.train("run", tiny.config().with("steps", "4"));
    Start start = (Start) tiny.events.getFirst();
    assertThat(start.parameters())
        .isEqualTo(tiny.config().network(start.vocabularySize()).parameterCount());
    assertThat(start.trainTokens()).isEqualTo(810);
    assertThat(start.validTokens()).isEqualTo(45);
    assertThat(start.windowsPerEpoch()).isEqualTo(44);
    assertThat(start.memoryBytes()).isPositive();
    assertThat(tiny.evaluations()).allSatisfy(e -> assertThat(e.sample()).hasSize(9));
    assertThat(tiny.events.getLast()).isInstanceOf(End.class);
  }

  @Test
  void everyEventIsOneLineOfJson() {
    tiny.train("run", tiny.config().with("steps", "4"));
    List<String> lines = tiny.events.stream().map(EventJson::line).toList();
    assertThat(lines).noneMatch(line -> line.contains("\n"));
    assertThat(FlatJson.parse(lines.getFirst())).containsEntry("event", "start");
    assertThat(FlatJson.parse(EventJson.line(tiny.evaluations().getFirst())).keySet())
        .contains(
            "event",
            "step",
            "epoch",
            "train_loss",
            "valid_loss",
            "valid_perplexity",
            "valid_bits_per_char",
            "chars_per_sec");
    Map<String, Object> end = FlatJson.parse(lines.getLast());
    assertThat(end.keySet())
        .contains(
            "step",
            "train_loss",
            "valid_loss",
            "valid_bits_per_char",
            "valid_perplexity",
            "chars_per_sec",
            "seconds",
            "checkpoint");
    double loss = (Double) end.get("valid_loss");
    // One rounding each.
    assertThat((Double) end.get("valid_perplexity")).isCloseTo(Math.exp(loss), within(1e-9));
    assertThat((Double) end.get("valid_bits_per_char"))
        .isCloseTo(loss / 0.6931471805599453, within(1e-12));
  }
}

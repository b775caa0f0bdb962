package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.runtime.safetensors.SafetensorsFile;
import io.charlstm.trainer.TrainingEvent.Warning;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that hold runs, damaged runs, other things or nothing. */
class RunFolderTest {
  @TempDir Path folder;
  private TinyRun tiny;
  private RunConfig config;

  @BeforeEach
  void makeCorpus() throws IOException {
    tiny = new TinyRun(folder);
    config =
        tiny.config().withValues(Map.of("steps", 9L, "eval_every", 3L, "checkpoint_every", 2L));
  }

  private Path checkpoint(String name) {
    return tiny.run("run").resolve("checkpoints").resolve(name + ".safetensors");
  }

  @Test
  void keepsTheNewestCheckpointsAndTheBest() throws IOException {
    tiny.train("run", config);
    try (var files = Files.list(tiny.run("run").resolve("checkpoints"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "best.safetensors",
              "last.safetensors",
              "step-6.safetensors",
              "step-8.safetensors",
              "step-9.safetensors");
    }
    assertThat(CheckpointInfo.read(checkpoint("last")).step()).isEqualTo(9);
  }

  @Test
  void aRunIsNotOverwritten() throws IOException {
    tiny.train("run", config);
    byte[] before = Files.readAllBytes(checkpoint("last"));
    assertThatThrownBy(() -> tiny.train("run", config))
        .isInstanceOf(RunExistsException.class)
        .hasMessageContaining("already holds a run; go on with --resume")
        .hasMessageNotContaining("\n");
    assertThat(Files.readAllBytes(checkpoint("last"))).isEqualTo(before);
  }

  @Test
  void badInputLeavesNoFolder() {
    RunConfig long100 = config.with("seq_length", "1000");
    assertThatThrownBy(() -> tiny.train("run", long100)).hasMessageContaining("seq_length");
    assertThat(tiny.run("run")).doesNotExist();
  }

  @Test
  void aFolderWhoseRunWasKilledAsItBeganIsFree() throws IOException {
    Files.createDirectories(tiny.run("run").resolve("checkpoints"));
    Files.writeString(tiny.run("run").resolve(".config.toml.part"), "torn");
    assertThat(tiny.train("run", config).step()).isEqualTo(9);
  }

  @Test
  void aFileIsNoRunFolder() {
    TrainingRequest request =
        TrainingRequest.fresh(config, List.of(tiny.corpus().toString()), tiny.corpus());
    assertThatThrownBy(() -> tiny.train(request))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining("is a file");
  }

  @Test
  void onlyARunIsResumed() {
    assertThatThrownBy(() -> tiny.resume("nothing", Map.of()))
        .isInstanceOf(RunFolderException.class)
        .hasMessageContaining("holds no run");
    assertThat(tiny.run("nothing")).doesNotExist();
  }

  @Test
  void twoTrainersDoNotShareAFolder() {
    tiny.train("run", config);
    try (RunFolder held = RunFolder.open(tiny.run("run"), Map.of())) {
      assertThat(held.path()).isEqualTo(tiny.run("run"));
      assertThatThrownBy(() -> tiny.resume("run", Map.of()))
          .isInstanceOf(RunFolderException.class)
          .hasMessageContaining("is being trained by another process");
    }
    tiny.resume("run", Map.of());
  }

  @Test
  void aDamagedCheckpointIsPassedOver() throws IOException {
    tiny.train("whole", config);
    tiny.train("run", config);
    // step-9, last and, as it has the lowest loss, best are one file.
    damage(checkpoint("step-9"));

    tiny.resume("run", Map.of());

    assertThat(tiny.events)
        .filteredOn(Warning.class::isInstance)
        .extracting(event -> ((Warning) event).message())
        .anyMatch(message -> message.contains("an older one is used"));
    assertThat(tiny.last("run")).isEqualTo(tiny.last("whole"));
    verify(checkpoint("best"));
  }

  @Test
  void withoutAnyWholeCheckpointNothingIsLostSilently() throws IOException {
    tiny.train("run", config);
    for (String name : List.of("step-6", "step-8", "step-9", "best", "last")) {
      damage(checkpoint(name));
    }
    assertThatThrownBy(() -> tiny.resume("run", Map.of()))
        .isInstanceOf(RunFolderException.class)
        .hasMessageStartingWith("no checkpoint can be used: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void aBestThatFellBehindIsPutRight() throws IOException {
    tiny.train("run", config);
    long best = CheckpointInfo.read(checkpoint("last")).state().bestStep;
    Files.delete(checkpoint("best"));
    Files.copy(checkpoint("step-6"), checkpoint("best"));

    tiny.resume("run", Map.of());

    assertThat(best).isEqualTo(9);
    assertThat(CheckpointInfo.read(checkpoint("best")).step()).isEqualTo(best);
  }

  @Test
  void leftoversOfAKilledSaveAreCleared() throws IOException {
    tiny.train("run", config);
    Path part = tiny.run("run").resolve("checkpoints/.step-10.safetensors.0123456789abcdef.part");
    Files.writeString(part, "torn");
    tiny.resume("run", Map.of("steps", "10"));
    assertThat(part).doesNotExist();
  }

  @Test
  void theMetricsOfStepsToComeAreDropped() throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    String kept = "{\"event\":\"eval\",\"step\":3}\n{\"event\":\"log\",\"step\":6}\n";
    Files.writeString(
        file,
        kept
            + "{\"event\":\"eval\",\"step\":6}\n{\"event\":\"log\",\"step\":7}\n"
            + "no json\n{\"event\":\"eval\",\"st");
    try (MetricsLog log = MetricsLog.open(file, 5, 6)) {
      log.append("{\"step\":7}");
    }
    assertThat(Files.readString(file, StandardCharsets.UTF_8)).isEqualTo(kept + "{\"step\":7}\n");
  }

  @Test
  void pathsAreKeptAbsoluteAndDatasetNamesAsTheyAre() throws IOException {
    Path odd = folder.resolve("a \"b\" é.txt");
    Files.writeString(odd, "x");
    RunFolder.create(
            tiny.run("run"),
            config,
            List.of("jdk", odd.toString(), "-"),
            Optional.of(Path.of("model")))
        .close();
    try (RunFolder read = RunFolder.open(tiny.run("run"), Map.of())) {
      assertThat(read.corpus()).containsExactly("jdk", odd.toAbsolutePath().toString(), "-");
      assertThat(read.initFrom()).contains(Path.of("model").toAbsolutePath());
      assertThat(read.config()).isEqualTo(config);
    }
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 7] ^= 16;
    // Written in place, so that hard links to the file are damaged too.
    Files.write(file, bytes, StandardOpenOption.WRITE);
  }

  private static void verify(Path file) {
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      open.verify();
    }
  }
}

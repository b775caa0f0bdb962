package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed again and again, in the middle of saves too, ends as if it never was. */
class KillTest {
  private static final int KILLS = 20;

  @TempDir Path folder;

  @Test
  void killedTwentyTimesARunEndsWithTheSameWeights() throws Exception {
    TinyRun tiny = new TinyRun(folder);
    tiny.train("whole", RunConfig.defaults().withValues(KilledRun.CONFIG));

    Random random = new Random(20);
    int inTraining = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      // Every fifth is killed while it starts; the others up to a quarter second later.
      boolean early = kill % 5 == 0;
      Process process = start(tiny);
      try (BufferedReader output = process.inputReader()) {
        if (!early && "started".equals(output.readLine())) {
          inTraining++;
        }
        TimeUnit.MILLISECONDS.sleep(random.nextInt(early ? 600 : 250));
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
    assertThat(inTraining).as("runs that could be resumed and were training").isEqualTo(16);

    Process last = start(tiny);
    last.inputReader().close();
    assertThat(last.waitFor()).isZero();
    assertThat(tiny.last("killed")).isEqualTo(tiny.last("whole"));
    assertThat(evaluated("killed")).isEqualTo(evaluated("whole"));
  }

  @Test
  void aRunInAnotherProcessIsLeftAlone() throws Exception {
    TinyRun tiny = new TinyRun(folder);
    Process process = start(tiny);
    try (BufferedReader output = process.inputReader()) {
      assertThat(output.readLine()).isEqualTo("started");
      assertThatThrownBy(() -> tiny.resume("killed", Map.of()))
          .isInstanceOf(RunFolderException.class)
          .hasMessageContaining("is being trained by another process");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private Process start(TinyRun tiny) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java,
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            KilledRun.class.getName(),
            tiny.run("killed").toString(),
            tiny.corpus().toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private List<String> evaluated(String name) throws IOException {
    return Files.readAllLines(folder.resolve(name).resolve("metrics.jsonl")).stream()
        .map(FlatJson::parse)
        .map(line -> line.get("event") + " " + line.get("step") + " " + line.get("valid_loss"))
        .toList();
  }
}

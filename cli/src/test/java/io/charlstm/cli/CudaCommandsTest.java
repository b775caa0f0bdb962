package io.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.testing.cuda.CudaDouble;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a GPU. */
@Tag(CudaDouble.TAG)
class CudaCommandsTest {
  @TempDir Path folder;

  @BeforeEach
  void reset() {
    CudaDouble.assumed().reset();
  }

  @AfterEach
  void nothingWasWrongAndNothingIsLeft() {
    assertThat(CudaDouble.assumed().violations()).isEmpty();
    assertThat(CudaDouble.assumed().liveReport()).isEmpty();
  }

  @Test
  void aRunTrainedOnTheGpuGoesOnAndScoresAlikeOnTheCpu() throws Exception {
    Path corpus = TrainedModel.corpus(folder);
    Path run = folder.resolve("run");
    String start = train(corpus, run, "--steps", "30");
    assertThat(start.lines().findFirst().orElseThrow()).contains("\"device\":\"cuda\"");

    double gpu = loss(run, corpus, "--device", "cuda", "--precision", "fp32");
    double cpu = loss(run, corpus, "--device", "cpu");
    // 1,199 losses of some 3 nats, each rounded to float on both sides.
    assertThat(gpu).isCloseTo(cpu, within(1e-4));

    String text = sample(run, "cuda");
    assertThat(text).startsWith("Fuchs").isEqualTo(sample(run, "cuda"));

    Invocation resumed =
        Invocation.of(
            "train", "--resume", run.toString(), "--steps", "35", "--device", "cpu", "--json");
    assertThat(resumed.code()).as(resumed.err()).isEqualTo(ExitCode.OK);
    assertThat(resumed.out()).contains("\"step\":35,");
  }

  @Test
  void trainingWithoutGraphsGivesTheSameRun() throws Exception {
    Path corpus = TrainedModel.corpus(folder);
    Path graphs = folder.resolve("graphs");
    Path eager = folder.resolve("eager");

    train(corpus, graphs, "--steps", "12", "--precision", "fp32");
    train(corpus, eager, "--steps", "12", "--precision", "fp32", "--no-graph");
    assertThat(loss(eager, corpus, "--device", "cpu"))
        .isEqualTo(loss(graphs, corpus, "--device", "cpu"));
  }

  @Test
  void speedsAreMeasured() {
    for (String mode : new String[] {"train", "sample"}) {
      String report =
          ok(
              "bench",
              "--device",
              "cuda",
              "--mode",
              mode,
              "--seconds",
              "0.01",
              "--json",
              "--set",
              "hidden_size=6",
              "--set",
              "batch_size=3",
              "--set",
              "seq_length=7");
      assertThat(report).contains("\"mode\":\"" + mode + "\"").contains("\"precision\":");
    }
  }

  private static String train(Path corpus, Path run, String... more) {
    String[] words = TrainedModel.trainArguments(corpus, run, more);
    words[Arrays.asList(words).indexOf("reference")] = "cuda";
    return ok(words);
  }

  private static String ok(String... words) {
    Invocation made = Invocation.of(words);
    assertThat(made.code()).as(made.err()).isEqualTo(ExitCode.OK);
    return made.out();
  }

  private static double loss(Path run, Path corpus, String... options) {
    String[] words = {"evaluate", run.toString(), "--corpus", corpus.toString(), "--json"};
    String[] all = Arrays.copyOf(words, words.length + options.length);
    System.arraycopy(options, 0, all, words.length, options.length);
    String report = ok(all);
    String value = report.replaceAll("(?s).*\"loss\":([0-9.eE+-]+).*", "$1");
    return Double.parseDouble(value);
  }

  private static String sample(Path run, String device) {
    return ok(
        "sample",
        run.toString(),
        "--prompt",
        "Fuchs",
        "--length",
        "40",
        "--seed",
        "3",
        "--device",
        device);
  }
}

package io.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cleaning text, drawing networks, MXNet's log, and models of lines on the command line. */
class TextCommandsTest {
  // The reference trains in double precision; a checkpoint rounds its weights to float.
  private static final double ROUNDED_WEIGHTS = 1e-6;

  @TempDir private Path folder;
  private Path corpus;

  @BeforeEach
  void writeCorpus() throws IOException {
    corpus = TrainedModel.corpus(folder);
  }

  @Test
  void cleanWritesANewFile() throws IOException {
    Path raw = Files.writeString(folder.resolve("raw.txt"), "\uFEFF a\tb \r\n\r\nlong – line\r\n");
    Path out = folder.resolve("clean.txt");
    Invocation result =
        Invocation.of(
            "data",
            "clean",
            "strip-lines",
            "trim-lines:6",
            "--corpus",
            raw.toString(),
            "--out",
            out.toString());
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(Files.readString(out, StandardCharsets.UTF_8)).isEqualTo("ab\nlong –\n");
    assertThat(result.err()).contains("10 characters");

    Invocation piped =
        Invocation.of("data", "clean", "ascii-printable", "--corpus", raw.toString());
    assertThat(piped.out()).isEqualTo(" ab long  line");

    Invocation again =
        Invocation.of(
            "data", "clean", "strip-lines", "--corpus", raw.toString(), "--out", out.toString());
    assertThat(again.code()).isEqualTo(ExitCode.USAGE);
    assertThat(again.err()).contains("already exists");
    assertThat(Files.readString(out)).startsWith("ab\n");
  }

  @Test
  void cleanersAreListed() {
    Invocation list = Invocation.of("data", "clean", "--list");
    assertThat(list.out()).contains("ascii-printable", "wrap-lines:N");
    assertThat(Json.lines(Invocation.of("data", "clean", "--list", "--json").out())).hasSize(6);
    Invocation none = Invocation.of("data", "clean");
    assertThat(none.code()).isEqualTo(ExitCode.USAGE);
    assertThat(none.err().lines()).hasSize(1);
    Invocation unknown = Invocation.of("data", "clean", "polish", "--corpus", corpus.toString());
    assertThat(unknown.code()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err()).contains("there is no cleaner 'polish'");
  }

  @Test
  void inspectCleansAsATrainingWould() {
    Map<String, Object> plain =
        Json.object(Invocation.of("data", "inspect", corpus.toString(), "--json").out());
    Map<String, Object> clean =
        Json.object(
            Invocation.of(
                    "data", "inspect", corpus.toString(), "--clean", "ascii-printable", "--json")
                .out());
    assertThat((long) clean.get("chars")).isLessThan((long) plain.get("chars"));
  }

  @Test
  void infoDrawsTheNetwork() throws IOException {
    Path run = TrainedModel.train(folder);
    Path svg = folder.resolve("network.svg");
    Invocation result = Invocation.of("info", run.toString(), "--graph", svg.toString());
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(Files.readString(svg))
        .startsWith("<svg ")
        .contains("embedding, E = 5", "LSTM 2, H = 6", ">run<");
    Invocation again = Invocation.of("info", run.toString(), "--graph", svg.toString());
    assertThat(again.code()).isEqualTo(ExitCode.USAGE);
    assertThat(again.err()).contains("already exists");
  }

  @Test
  void speedometerIsMxnetsForm() {
    Path run = folder.resolve("run");
    String[] arguments =
        TrainedModel.trainArguments(corpus, run, "--steps", "45", "--log-style", "speedometer");
    List<String> plain =
        List.of(arguments).stream().filter(word -> !word.equals("--json")).toList();
    Invocation result = Invocation.of(plain.toArray(String[]::new));
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(result.out())
        .containsPattern(
            "(?m)^Epoch\\[0\\] Batch \\[20\\]\tSpeed: [0-9.]+ samples/sec\tTrain-Perplexity=[0-9.]+$")
        .containsPattern("(?m)^Epoch\\[0\\] Validation-Perplexity=[0-9.]+$");
    assertThat(Json.object(Invocation.of("info", run.toString(), "--json").out()))
        .containsEntry("log_every", 20L);
  }

  @Test
  void modelsOfLinesAreScoredAndSampledLineByLine() {
    Path run = folder.resolve("lines");
    Invocation trained =
        Invocation.of(
            TrainedModel.trainArguments(
                corpus, run, "--steps", "6", "--set", "batching=lines", "--set", "extra_symbol=@"));
    assertThat(trained.code()).as(trained.err()).isEqualTo(ExitCode.OK);
    Map<String, Object> end = Json.lines(trained.out()).getLast();

    Invocation score =
        Invocation.of(
            "evaluate",
            (String) end.get("checkpoint"),
            "--corpus",
            corpus.toString(),
            "--part",
            "valid",
            "--device",
            "reference",
            "--json");
    assertThat(score.code()).as(score.err()).isEqualTo(ExitCode.OK);
    Map<String, Object> report = Json.object(score.out());
    assertThat(report).containsKey("batch_perplexity");
    assertThat((double) report.get("loss"))
        .isCloseTo((double) end.get("valid_loss"), within(ROUNDED_WEIGHTS));

    String[] sample = {
      "sample",
      run.toString(),
      "--length",
      "300",
      "--seed",
      "2",
      "--device",
      "reference",
      "--random-start",
      "--at-end"
    };
    List<String> words = new ArrayList<>(List.of(sample));
    words.add("restart");
    Invocation text = Invocation.of(words.toArray(String[]::new));
    assertThat(text.code()).as(text.err()).isEqualTo(ExitCode.OK);
    assertThat(text.out()).isNotEmpty().doesNotContain("@");
    words.set(words.size() - 1, "never");
    Invocation wrong = Invocation.of(words.toArray(String[]::new));
    assertThat(wrong.code()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).contains("at-end must be one of");
  }
}

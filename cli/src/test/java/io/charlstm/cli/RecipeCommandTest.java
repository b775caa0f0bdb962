package io.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.trainer.recipe.Recipes;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recipes from the command line, each as it is but for sizes that the reference can compute. */
class RecipeCommandTest {
  @TempDir private Path folder;
  private Path corpus;

  @BeforeEach
  void writeCorpus() throws IOException {
    corpus = folder.resolve("corpus.txt");
    StringBuilder text = new StringBuilder("\uFEFF");
    for (int i = 0; i < 60; i++) {
      text.append("  The ")
          .append(i % 7)
          .append("th – line\t& <")
          .append("of".repeat(i % 5))
          .append("> it\r\n\r\n");
    }
    Files.writeString(corpus, text, StandardCharsets.UTF_8);
  }

  private List<String> arguments(String recipe, Path run, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("recipe", recipe, "--corpus", corpus.toString(), "--run", run.toString()));
    for (String setting :
        List.of(
            "hidden_size=6",
            "batch_size=5",
            "seq_length=11",
            "sample_length=8",
            "device=reference")) {
      words.add("--set");
      words.add(setting);
    }
    words.addAll(List.of(more));
    return words;
  }

  private static Invocation run(List<String> words) {
    return Invocation.of(words.toArray(String[]::new));
  }

  static List<String> names() {
    return Recipes.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void runsFromTextToReport(String name) throws IOException {
    Path run = folder.resolve(name);
    Invocation result =
        run(arguments(name, run, "--set", "eval_every=2", "--set", "log_every=2", "--steps", "4"));
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(result.err()).contains("corpus   ").contains("report   " + run);
    assertThat(run.resolve("checkpoints/last.safetensors")).exists();

    String report = Files.readString(run.resolve("report.html"));
    assertThat(report)
        .startsWith("<!DOCTYPE html>")
        .contains("<h1>" + name + "</h1>")
        .contains("<polyline", "training steps", "nats a character")
        .contains("What it writes", "As it learned", "Settings", "hidden_size = 6")
        .contains("LSTM 1, H = 6")
        .doesNotContain("src=", "href=", "@import")
        .endsWith("</html>\n");
    Recipes.load(name)
        .figures()
        .forEach(figure -> assertThat(report).contains(figure.name().replace("&", "&amp;")));
    assertThat(report.split("<pre", -1).length).isGreaterThan(3);
  }

  @Test
  void linesRecipeLogsInMxnetsForm() {
    Invocation result =
        run(
            arguments(
                "mxnet-obama", folder.resolve("run"), "--set", "log_every=2", "--epochs", "1"));
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(result.out())
        .containsPattern(
            "(?m)^Epoch\\[0\\] Batch \\[2\\]\tSpeed: [0-9.]+ samples/sec\tTrain-Perplexity=[0-9.]+$")
        .containsPattern("(?m)^Epoch\\[0\\] Validation-Perplexity=[0-9.]+$")
        .contains("checkpoints/epoch-1.safetensors\"")
        .contains("The United States")
        .containsPattern("batch 240 of epoch 1 +tutorial +22.60  here not reached");
  }

  @Test
  void jsonEndsWithTheFigures() {
    Invocation result =
        run(arguments("flux-shakespeare", folder.resolve("run"), "--json", "--steps", "3"));
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
    List<Map<String, Object>> lines = Json.lines(result.out());
    assertThat(lines.getFirst()).containsEntry("event", "start");
    Map<String, Object> last = lines.getLast();
    assertThat(last).containsEntry("event", "recipe").containsKeys("sample", "report");
    List<?> figures = (List<?>) last.get("figures");
    assertThat(figures).hasSize(2);
    double summed = (double) ((Map<?, ?>) figures.get(0)).get("here");
    double mean = (double) ((Map<?, ?>) figures.get(1)).get("here");
    assertThat(summed).isEqualTo(50 * mean);
  }

  @Test
  void aSecondRunIntoTheSameFolderIsRefusedAndResumeGoesOn() throws IOException {
    Path run = folder.resolve("run");
    assertThat(run(arguments("char-rnn", run, "--steps", "2")).code()).isEqualTo(ExitCode.OK);
    byte[] report = Files.readAllBytes(run.resolve("report.html"));
    Invocation again = run(arguments("char-rnn", run, "--steps", "2"));
    assertThat(again.code()).isEqualTo(ExitCode.USAGE);
    assertThat(again.err().lines()).hasSize(1);
    assertThat(Files.readAllBytes(run.resolve("report.html"))).isEqualTo(report);

    Invocation more =
        Invocation.of("recipe", "char-rnn", "--resume", run.toString(), "--steps", "5");
    assertThat(more.code()).as(more.err()).isEqualTo(ExitCode.OK);
    assertThat(more.out()).contains("after step 5");
    assertThat(Files.readString(run.resolve("report.html"))).contains("step 2,", "step 5,");
  }

  @Test
  void withoutANameTheRecipesAreListed() {
    Invocation list = Invocation.of("recipe");
    assertThat(list.code()).isEqualTo(ExitCode.OK);
    assertThat(list.out().lines()).hasSize(Recipes.names().size());
    assertThat(list.out()).contains(Recipes.names()).contains("(tinyshakespeare)");
    assertThat(Json.lines(Invocation.of("recipe", "--json").out()))
        .extracting(line -> line.get("name"))
        .isEqualTo(Recipes.names());
  }

  @Test
  void badInputIsOneLine() {
    assertOneLine("unknown recipe 'obama'", "recipe", "obama");
    assertOneLine("needs a text: --corpus FILE with", "recipe", "tf-warpeace");
    assertOneLine("no such file", "recipe", "char-rnn", "--corpus", "nowhere.txt");
    assertOneLine("leave one out", "recipe", "char-rnn", "--resume", "a", "--run", "b");
    assertThat(Path.of("runs")).doesNotExist();
  }

  private static void assertOneLine(String message, String... words) {
    Invocation result = Invocation.of(words);
    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).startsWith("charlstm: ").contains(message);
  }
}

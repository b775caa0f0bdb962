package io.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluate --dynamic}: its report, and what it leaves alone. */
class DynamicEvaluateTest {
  @TempDir private static Path folder;
  private static Path run;

  @BeforeAll
  static void train() throws IOException {
    run = TrainedModel.train(folder);
  }

  private static Invocation evaluate(String... options) {
    String corpus = folder.resolve("corpus.txt").toString();
    List<String> words = new ArrayList<>(List.of("evaluate", run.toString()));
    words.addAll(List.of("--corpus", corpus, "--device", "reference"));
    words.addAll(List.of(options));
    return Invocation.of(words.toArray(String[]::new));
  }

  private static Map<String, Object> report(String... options) throws IOException {
    Invocation result = evaluate(options);
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
    return Json.object(result.out());
  }

  @Test
  void itsFiguresHaveNamesOfTheirOwnAndTheModelStaysAsItIs() throws IOException {
    Path model = run.resolve("checkpoints/best.safetensors");
    byte[] before = Files.readAllBytes(model);
    Map<String, Object> plain = report("--json");
    Map<String, Object> dynamic = report("--json", "--dynamic");
    assertThat(dynamic)
        .containsOnlyKeys(
            "dynamic_loss",
            "dynamic_perplexity",
            "dynamic_bits_per_char",
            "chars",
            "unseen",
            "dynamic_rate",
            "dynamic_decay",
            "dynamic_window")
        .containsEntry("chars", plain.get("chars"))
        .containsEntry("dynamic_rate", 0.1)
        .containsEntry("dynamic_decay", 0.0)
        .containsEntry("dynamic_window", 20L);
    // The text repeats one line, and four steps of training have taught next to nothing of it.
    assertThat((double) dynamic.get("dynamic_loss")).isLessThan((double) plain.get("loss") - 0.1);
    assertThat(Files.readAllBytes(model)).isEqualTo(before);
  }

  @Test
  void itsOptionsAreHeeded() throws IOException {
    Map<String, Object> report =
        report("--json", "--dynamic=0.25", "--dynamic-decay", "0.5", "--dynamic-window=7");
    assertThat(report)
        .containsEntry("dynamic_rate", 0.25)
        .containsEntry("dynamic_decay", 0.5)
        .containsEntry("dynamic_window", 7L);
    assertThat(evaluate("--dynamic=0.25", "--dynamic-decay=0.5", "--dynamic-window=7").out())
        .startsWith("dynamic evaluation (rate 0.25, decay 0.5, windows of 7): ")
        .contains(" nats/char ")
        .hasLineCount(1);
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    assertRefused("--dynamic-decay and --dynamic-window go with --dynamic", "--dynamic-decay=0.1");
    assertRefused("--per-char is of plain scores", "--dynamic", "--per-char", "-");
    assertRefused("the rate of dynamic evaluation must not be negative", "--dynamic=-1");
    assertRefused("must be from 0 to 1: 2.0", "--dynamic", "--dynamic-decay=2");
    assertRefused("must be at least 1: 0", "--dynamic", "--dynamic-window=0");
  }

  private static void assertRefused(String message, String... options) {
    Invocation result = evaluate(options);
    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains(message).hasLineCount(1);
  }
}

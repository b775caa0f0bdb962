package io.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.runtime.reference.ReferenceBackend;
import io.charlstm.runtime.safetensors.SafetensorsFile;
import io.charlstm.sampler.CharModel;
import io.charlstm.trainer.RunConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs that read our JSON and our standard output rely on. */
final class ReportContractTest {
  /** Losses are sums of the same terms in the same order; only the last bits may differ. */
  private static final double SAME = 1e-9;

  // The reference backend trains in double precision; a checkpoint rounds its weights to float.
  private static final double ROUNDED_WEIGHTS = 1e-7;

  @TempDir private static Path folder;
  private static Path run;
  private static Path corpus;
  private static List<Map<String, Object>> events;

  @BeforeAll
  static void train() throws IOException {
    corpus = TrainedModel.corpus(folder);
    run = folder.resolve("run");
    Invocation result =
        Invocation.of(TrainedModel.trainArguments(corpus, run, "--steps", "4", "--seed", "3"));
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
    events = Json.lines(result.out());
  }

  @Test
  void trainingBeginsWithStartAndEndsWithEnd() {
    assertThat(events.getFirst()).containsEntry("event", "start");
    assertThat(events.getLast()).containsEntry("event", "end");
    assertThat(events).extracting(event -> event.get("event")).contains("eval");
  }

  @Test
  void evaluationsHaveTheirFields() {
    Map<String, Object> eval =
        events.stream()
            .filter(event -> event.get("event").equals("eval"))
            .findFirst()
            .orElseThrow();
    assertThat(eval)
        .containsKeys(
            "step",
            "epoch",
            "train_loss",
            "valid_loss",
            "valid_perplexity",
            "valid_bits_per_char",
            "chars_per_sec");
    double loss = (double) eval.get("valid_loss");
    assertThat((double) eval.get("valid_perplexity")).isCloseTo(Math.exp(loss), within(SAME * 100));
    assertThat((double) eval.get("valid_bits_per_char"))
        .isCloseTo(loss / Math.log(2), within(SAME));
  }

  @Test
  void theEndIsTheOneLaneScoreOfItsCheckpoint() {
    Map<String, Object> end = events.getLast();
    assertThat(end)
        .containsEntry("step", 4L)
        .containsKeys(
            "train_loss",
            "valid_loss",
            "valid_bits_per_char",
            "valid_perplexity",
            "chars_per_sec",
            "seconds",
            "checkpoint");
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
    assertThat((double) Json.object(score.out()).get("loss"))
        .isCloseTo((double) end.get("valid_loss"), within(ROUNDED_WEIGHTS));
  }

  @Test
  void evaluateScoresAllButTheFirstCharacter() throws IOException {
    Map<String, Object> report =
        Json.object(
            Invocation.of(
                    "evaluate",
                    run.toString(),
                    "--corpus",
                    corpus.toString(),
                    "--device",
                    "reference",
                    "--json")
                .out());
    assertThat(report).containsOnlyKeys("loss", "perplexity", "bits_per_char", "chars", "unseen");
    String text = Files.readString(corpus, StandardCharsets.UTF_8);
    assertThat(report).containsEntry("chars", text.codePointCount(0, text.length()) - 1L);
    assertThat(report).containsEntry("unseen", 0L);
  }

  @Test
  void surprisalsAddUpToTheLoss() throws IOException {
    Path surprisals = folder.resolve("surprisals.tsv");
    Invocation result =
        Invocation.of(
            "evaluate",
            run.toString(),
            "--corpus",
            corpus.toString(),
            "--device",
            "reference",
            "--per-char",
            surprisals.toString(),
            "--json");
    Map<String, Object> report = Json.object(result.out());
    List<String> lines = Files.readAllLines(surprisals);
    assertThat(lines).hasSize(Math.toIntExact((long) report.get("chars")));
    String text = Files.readString(corpus, StandardCharsets.UTF_8);
    assertThat(lines)
        .extracting(line -> Integer.valueOf(line.substring(0, line.indexOf('\t'))))
        .isEqualTo(text.codePoints().skip(1).boxed().toList());
    double mean =
        lines.stream()
            .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf('\t') + 1)))
            .average()
            .orElseThrow();
    // Surprisals are single precision, the sum is not.
    assertThat(mean).isCloseTo((double) report.get("loss"), within(1e-6));
  }

  @Test
  void infoHasEveryConfigurationKey() {
    Map<String, Object> report = Json.object(Invocation.of("info", run.toString(), "--json").out());
    RunConfig.keys().forEach(key -> assertThat(report).containsKey(key.name()));
    assertThat(report)
        .containsEntry("hidden_size", 6L)
        .containsEntry("embedding_size", 5L)
        .containsEntry("num_layers", 2L)
        .containsEntry("step", 4L);
    List<?> vocabulary = (List<?>) report.get("vocabulary");
    assertThat(vocabulary.stream().map(Long.class::cast).toList())
        .isSorted()
        .contains((long) 'Ü', (long) "𝄞".codePointAt(0));
    int v = vocabulary.size();
    long firstLayer = 24L * (5 + 6 + 2);
    long secondLayer = 24L * (6 + 6 + 2);
    assertThat(report).containsEntry("parameters", v * 5L + firstLayer + secondLayer + v * 6L + v);
  }

  @Test
  void aByteModelsVocabularyIsAWord() {
    Path bytes = folder.resolve("bytes");
    Invocation.of(
        TrainedModel.trainArguments(corpus, bytes, "--steps", "1", "--token-mode", "bytes"));
    Map<String, Object> report =
        Json.object(Invocation.of("info", bytes.toString(), "--json").out());
    assertThat(report).containsEntry("vocabulary", "bytes").containsEntry("token_mode", "bytes");
  }

  @Test
  void sampleWritesThePromptAndTheTextAndNothingElse() {
    String[] arguments = {
      "sample",
      run.toString(),
      "--prompt",
      "Fuchs ü",
      "--length",
      "31",
      "--seed",
      "5",
      "--device",
      "reference"
    };
    Invocation result = Invocation.of(arguments);
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(result.out()).startsWith("Fuchs ü");
    assertThat(result.out().codePointCount(0, result.out().length())).isEqualTo(7 + 31);
    assertThat(result.err()).isEmpty();
    assertThat(Invocation.of(arguments).out()).isEqualTo(result.out());
  }

  @Test
  void aDrawnSeedIsToldAndRepeatsTheText() {
    Invocation first =
        Invocation.of("sample", run.toString(), "--length", "40", "--device", "reference");
    assertThat(first.err()).startsWith("charlstm: seed ");
    String seed = first.err().strip().substring("charlstm: seed ".length());
    Invocation again =
        Invocation.of(
            "sample", run.toString(), "--length", "40", "--device", "reference", "--seed", seed);
    assertThat(again.out()).isEqualTo(first.out());
  }

  @Test
  void theFirstOfManyStreamsWritesWhatOneWrites() {
    String one =
        Invocation.of(
                "sample", run.toString(), "--length", "25", "--seed", "8", "--device", "reference")
            .out();
    List<Map<String, Object>> many =
        Json.lines(
            Invocation.of(
                    "sample",
                    run.toString(),
                    "--length",
                    "25",
                    "--seed",
                    "8",
                    "--device",
                    "reference",
                    "--streams",
                    "3",
                    "--json")
                .out());
    assertThat(many).hasSize(3);
    assertThat(many.getFirst()).containsEntry("text", one);
    assertThat(many.get(1).get("text")).isNotEqualTo(one);
  }

  @Test
  void exportedWeightsAreThoseOfTheModelUnderTheNamesOfPyTorch() {
    Path exported = folder.resolve("weights.safetensors");
    Invocation result =
        Invocation.of(
            "export", run.toString(), "--format", "safetensors", "--out", exported.toString());
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
    try (var file = SafetensorsFile.open(exported);
        var backend = new ReferenceBackend();
        var model = CharModel.load(run, backend)) {
      assertThat(file.tensors().keySet())
          .containsExactlyInAnyOrder(
              "embedding.weight",
              "lstm.weight_ih_l0",
              "lstm.weight_hh_l0",
              "lstm.bias_ih_l0",
              "lstm.bias_hh_l0",
              "lstm.weight_ih_l1",
              "lstm.weight_hh_l1",
              "lstm.bias_ih_l1",
              "lstm.bias_hh_l1",
              "output.weight",
              "output.bias");
      assertThat(file.tensors().get("lstm.weight_ih_l0").shape()).containsExactly(24L, 5L);
      for (String name : file.tensors().keySet()) {
        assertThat(file.readFloats(name)).isEqualTo(model.network().parameters().read(name));
      }
    }
  }

  @Test
  void benchHasItsFields() {
    Invocation result =
        Invocation.of(
            "bench",
            "--device",
            "reference",
            "--mode",
            "train",
            "--seconds",
            "0.01",
            "--vocabulary",
            "4",
            "--set",
            "hidden_size=3",
            "--set",
            "embedding_size=2",
            "--set",
            "batch_size=2",
            "--set",
            "seq_length=5",
            "--json");
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(Json.object(result.out()))
        .containsEntry("mode", "train")
        .containsEntry("preset", "small")
        .containsKeys(
            "device",
            "precision",
            "threads",
            "chars_per_sec",
            "step_ms",
            "peak_rss_mb",
            "parameters");
  }

  @Test
  void inspectTellsTheSplit() {
    Map<String, Object> report =
        Json.object(
            Invocation.of("data", "inspect", corpus.toString(), "--split", "80,15,5", "--json")
                .out());
    long chars = (long) report.get("chars");
    assertThat((long) report.get("train_chars")).isEqualTo(chars * 80 / 100);
    assertThat(
            (long) report.get("train_chars")
                + (long) report.get("valid_chars")
                + (long) report.get("test_chars"))
        .isEqualTo(chars);
  }

  @Test
  void doctorAnswersInJson() {
    Invocation result = Invocation.of("doctor", "--json");
    assertThat(Json.object(result.out())).containsKeys("ok", "jdk", "cpu", "onednn", "memory");
  }
}

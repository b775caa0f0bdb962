package io.charlstm.cli;

import io.charlstm.data.Corpus;
import io.charlstm.data.CorpusOptions;
import io.charlstm.data.CorpusSource;
import io.charlstm.data.InvalidPolicy;
import io.charlstm.data.Split;
import io.charlstm.data.TokenSequence;
import io.charlstm.data.UnseenPolicy;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.LossSum;
import io.charlstm.sampler.CharModel;
import io.charlstm.sampler.ModelSpec;
import io.charlstm.trainer.Evaluator;
import io.charlstm.trainer.JsonLine;
import io.charlstm.trainer.TrainingEvent;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code charlstm evaluate}: how well a model predicts a text. */
@Command(
    name = "evaluate",
    description = {
      "Scores a corpus in order, in one lane from zero state: each character but the first, given"
          + " all before it.",
      "With --precision bf16 or int8 on a CPU it scores as sample writes: with rounded weights.",
      "chars is the number of characters scored; unseen the number that the model does not know."
    })
final class EvaluateCommand implements Callable<Integer> {
  /** What of the corpus is scored. */
  enum Part {
    ALL,
    TRAIN,
    VALID,
    TEST
  }

  private final Console console;

  @Parameters(paramLabel = "MODEL", description = "Run folder or .safetensors file.")
  private Path modelPath;

  @Option(
      names = "--corpus",
      required = true,
      paramLabel = "SOURCE",
      description = "Text file, folder, zip, - (standard input) or dataset; may be repeated.")
  private List<String> corpus;

  @Option(
      names = "--part",
      paramLabel = "PART",
      defaultValue = "ALL",
      description = "all, train, valid or test (default: all).")
  private Part part;

  @Option(
      names = "--split",
      paramLabel = "A,B,C",
      description = "Shares of the parts (default: those the model was trained with).")
  private String split;

  @Option(
      names = "--on-unseen",
      paramLabel = "POLICY",
      description = "Characters the model does not know: error, replace or skip.")
  private String onUnseen;

  @Option(
      names = "--on-invalid",
      paramLabel = "POLICY",
      description = "Invalid UTF-8: error, replace or skip.")
  private String onInvalid;

  @Option(
      names = "--per-char",
      paramLabel = "FILE",
      description = {
        "Writes each scored symbol's code point (or byte) and loss in nats, a tab between, to a"
            + " new file; - is standard output, and then the report goes to standard error."
      })
  private String perChar;

  @Mixin private ComputeOptions compute = new ComputeOptions();

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (Backend backend = compute.open();
        CharModel model = CharModel.load(modelPath, backend);
        Corpus text = open(model.spec())) {
      TokenSequence tokens = part(text, model.spec());
      compute.explain(console);
      LossSum sum =
          perChar == null
              ? Evaluator.score(backend, model.network(), tokens, (_, _, _) -> {})
              : SurprisalFile.write(perChar, console, backend, model, tokens);
      PrintStream target = "-".equals(perChar) ? console.err() : console.out();
      target.println(json ? object(sum, text) : line(sum, text));
    }
    return ExitCode.OK;
  }

  private Corpus open(ModelSpec spec) {
    Object newlines = spec.config().getOrDefault("normalize_newlines", true);
    CorpusOptions options =
        CorpusOptions.defaults()
            .withNormalizeNewlines(!newlines.equals(false))
            .withOnInvalid(InvalidPolicy.parse(word(onInvalid, spec, "on_invalid", "error")));
    UnseenPolicy unseen = UnseenPolicy.parse(word(onUnseen, spec, "on_unseen", "error"));
    return Corpus.open(CorpusSource.parse(corpus), options, spec.vocabulary(), unseen);
  }

  private TokenSequence part(Corpus text, ModelSpec spec) {
    Split.Parts parts =
        Split.parse(word(split, spec, "split", Split.DEFAULT.toString())).parts(text.tokens());
    return switch (part) {
      case ALL -> text.tokens();
      case TRAIN -> parts.train();
      case VALID -> parts.valid();
      case TEST -> parts.test();
    };
  }

  /** What was typed, else what the model was trained with, else a default. */
  private static String word(String typed, ModelSpec spec, String key, String otherwise) {
    return typed != null ? typed : spec.config().getOrDefault(key, otherwise).toString();
  }

  private static String object(LossSum sum, Corpus text) {
    return new JsonLine()
        .put("loss", sum.mean())
        .put("perplexity", TrainingEvent.perplexity(sum.mean()))
        .put("bits_per_char", TrainingEvent.bitsPerChar(sum.mean()))
        .put("chars", sum.count())
        .put("unseen", text.unseen())
        .finish();
  }

  private static String line(LossSum sum, Corpus text) {
    return String.format(
        Locale.ROOT,
        "%.4f nats/char  perplexity %.3f  %.4f bits/char  (%,d characters scored, %,d unseen)",
        sum.mean(),
        TrainingEvent.perplexity(sum.mean()),
        TrainingEvent.bitsPerChar(sum.mean()),
        sum.count(),
        text.unseen());
  }
}

package io.charlstm.cli;

import io.charlstm.data.Corpus;
import io.charlstm.data.CorpusBatches;
import io.charlstm.data.CorpusBatches.Part;
import io.charlstm.data.CorpusSource;
import io.charlstm.data.TokenBatches;
import io.charlstm.data.UnseenPolicy;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.LossSum;
import io.charlstm.sampler.CharModel;
import io.charlstm.sampler.ModelSpec;
import io.charlstm.trainer.DynamicEvaluation;
import io.charlstm.trainer.Evaluator;
import io.charlstm.trainer.JsonLine;
import io.charlstm.trainer.RunConfig;
import io.charlstm.trainer.TextForm;
import io.charlstm.trainer.TrainingEvent;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code charlstm evaluate}: how well a model predicts a text. */
@Command(
    addMethodSubcommands = false,
    name = "evaluate",
    description = {
      "Scores a corpus in order, in one lane from zero state: each character but the first, given"
          + " all before it. With a model that was trained on lines or shuffled sequences: in those,"
          + " each from zero state.",
      "With --dynamic the model goes on learning from the text that it has scored.",
      "With --precision bf16 or int8 on a CPU it scores as sample writes: with rounded weights.",
      "chars is the number of characters scored; unseen the number that the model does not know."
    })
final class EvaluateCommand implements Callable<Integer> {
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

  @Mixin private DynamicOptions dynamic = new DynamicOptions();

  @Mixin private ComputeOptions compute = new ComputeOptions();

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Optional<DynamicEvaluation> adapting = dynamic.chosen();
    if (adapting.isPresent() && perChar != null) {
      throw new UsageException("--per-char is of plain scores: leave out that or --dynamic");
    }
    try (Backend backend = compute.open();
        CharModel model = CharModel.load(modelPath, backend)) {
      RunConfig config = config(model.spec());
      try (Corpus text = open(config, model)) {
        CorpusBatches parts = TextForm.batches(config, model.vocabulary(), text.tokens());
        compute.explain(console);
        boolean lanes = perChar != null || config.get("batching").equals("lanes");
        if (adapting.isPresent()) {
          requireText(lanes);
          LossSum loss = adapting.get().score(backend, model.network(), parts.tokens(part));
          DynamicReport report = new DynamicReport(adapting.get(), loss, text.unseen());
          console.out().println(json ? report.object() : report.line());
        } else {
          Evaluator.Score score = score(backend, model, parts, lanes);
          PrintStream target = "-".equals(perChar) ? console.err() : console.out();
          target.println(json ? object(score, lanes, text) : line(score, lanes, text));
        }
      }
    }
    return ExitCode.OK;
  }

  private static void requireText(boolean lanes) {
    if (!lanes) {
      throw new UsageException(
          "dynamic evaluation takes a text in order, and this model was trained on lines or"
              + " sequences");
    }
  }

  private Evaluator.Score score(
      Backend backend, CharModel model, CorpusBatches parts, boolean lanes) throws IOException {
    if (perChar != null) {
      LossSum sum = SurprisalFile.write(perChar, console, backend, model, parts.tokens(part));
      return new Evaluator.Score(sum, Double.NaN);
    }
    if (backend.roundsWhenSampling()) {
      if (!lanes) {
        throw new UsageException(
            "with --precision "
                + backend.precision()
                + " a text is scored as a whole, and this model was trained on lines or sequences:"
                + " use --precision fp32");
      }
      LossSum sum = Evaluator.score(backend, model.network(), parts.tokens(part), (_, _, _) -> {});
      return new Evaluator.Score(sum, Double.NaN);
    }
    Optional<TokenBatches> windows = parts.scoring(part, 1);
    if (windows.isEmpty()) {
      throw new UsageException(
          "there is too little to score in that part: use a longer corpus or another --split");
    }
    return Evaluator.score(model.network(), windows.get());
  }

  /** The model's own configuration, with what was typed in its place. */
  private RunConfig config(ModelSpec spec) {
    RunConfig config = RunConfig.ofModel(spec);
    config = split == null ? config : config.with("split", split);
    config = onInvalid == null ? config : config.with("on_invalid", onInvalid);
    return onUnseen == null ? config : config.with("on_unseen", onUnseen);
  }

  private Corpus open(RunConfig config, CharModel model) {
    return Corpus.open(
        CorpusSource.parse(corpus),
        TextForm.options(config),
        model.vocabulary(),
        UnseenPolicy.parse(config.get("on_unseen").toString()));
  }

  private static String object(Evaluator.Score score, boolean lanes, Corpus text) {
    double loss = score.loss().mean();
    JsonLine object =
        new JsonLine()
            .put("loss", loss)
            .put("perplexity", TrainingEvent.perplexity(loss))
            .put("bits_per_char", TrainingEvent.bitsPerChar(loss))
            .put("chars", score.loss().count())
            .put("unseen", text.unseen());
    return lanes
        ? object.finish()
        : object.put("batch_perplexity", score.batchPerplexity()).finish();
  }

  private static String line(Evaluator.Score score, boolean lanes, Corpus text) {
    double loss = score.loss().mean();
    String batches =
        lanes ? "" : String.format(Locale.ROOT, "  by batch %.3f", score.batchPerplexity());
    return String.format(
        Locale.ROOT,
        "%.4f nats/char  perplexity %.3f%s  %.4f bits/char  (%,d characters scored, %,d unseen)",
        loss,
        TrainingEvent.perplexity(loss),
        batches,
        TrainingEvent.bitsPerChar(loss),
        score.loss().count(),
        text.unseen());
  }
}

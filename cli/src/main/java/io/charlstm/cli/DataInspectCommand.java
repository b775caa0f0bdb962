package io.charlstm.cli;

import io.charlstm.data.Cleaning;
import io.charlstm.data.Corpus;
import io.charlstm.data.CorpusOptions;
import io.charlstm.data.CorpusSource;
import io.charlstm.data.InvalidPolicy;
import io.charlstm.data.Split;
import io.charlstm.data.TokenMode;
import io.charlstm.trainer.JsonLine;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code charlstm data inspect}. */
@Command(
    addMethodSubcommands = false,
    name = "inspect",
    description = "Reads a corpus as a training would, and says what it holds and how it splits.")
final class DataInspectCommand implements Runnable {
  private final Console console;

  @Parameters(
      arity = "1..*",
      paramLabel = "SOURCE",
      description = "File, folder, zip, - (standard input) or dataset.")
  private List<String> sources;

  @Option(
      names = "--token-mode",
      paramLabel = "MODE",
      defaultValue = "chars",
      description = "chars or bytes.")
  private String tokenMode;

  @Option(
      names = "--on-invalid",
      paramLabel = "POLICY",
      defaultValue = "error",
      description = "Invalid UTF-8: error, replace or skip.")
  private String onInvalid;

  @Option(
      names = "--split",
      paramLabel = "A,B,C",
      defaultValue = "90,5,5",
      description = "Shares of train, validation and test.")
  private String split;

  @Option(
      names = "--clean",
      paramLabel = "CLEANERS",
      defaultValue = "",
      description = "Cleaners that the text runs through, with commas; see: data clean --list.")
  private String clean;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  DataInspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Split parts = Split.parse(split);
    var options =
        CorpusOptions.defaults()
            .withMode(TokenMode.parse(tokenMode))
            .withOnInvalid(InvalidPolicy.parse(onInvalid))
            .withCleaning(Cleaning.parse(clean));
    try (Corpus corpus = Corpus.open(CorpusSource.parse(sources), options)) {
      console.out().println(json ? object(corpus, parts) : text(corpus, parts));
    }
  }

  private static String object(Corpus corpus, Split split) {
    Split.Parts parts = split.parts(corpus.tokens());
    return new JsonLine()
        .put("corpus", corpus.description())
        .put("token_mode", corpus.vocabulary().mode().word())
        .put("chars", corpus.characters())
        .put("vocabulary_size", corpus.vocabulary().size())
        .put("vocabulary", VocabularyJson.of(corpus.vocabulary()))
        .put("documents", corpus.counts().documents())
        .put("left_out", corpus.counts().leftOut())
        .put("invalid", corpus.counts().invalid())
        .put("train_chars", parts.train().size())
        .put("valid_chars", parts.valid().size())
        .put("test_chars", parts.test().size())
        .put("sha256", corpus.sha256())
        .finish();
  }

  private static String text(Corpus corpus, Split split) {
    Split.Parts parts = split.parts(corpus.tokens());
    String lines =
        String.format(
            Locale.ROOT,
            "%s%nsplit %s: %,d to train on, %,d to validate, %,d for a test%nsha256 %s",
            corpus.description(),
            split,
            parts.train().size(),
            parts.valid().size(),
            parts.test().size(),
            corpus.sha256());
    return corpus.vocabulary().mode() == TokenMode.BYTES
        ? lines
        : lines + System.lineSeparator() + "characters " + shown(corpus);
  }

  /** The characters, with those that have no visible form escaped. */
  private static String shown(Corpus corpus) {
    return Arrays.stream(corpus.vocabulary().codePoints())
        .mapToObj(
            point ->
                Character.isISOControl(point)
                    ? String.format(Locale.ROOT, "\\u%04X", point)
                    : Character.toString(point))
        .collect(Collectors.joining());
  }
}

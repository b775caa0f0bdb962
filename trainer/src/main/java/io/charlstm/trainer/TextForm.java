package io.charlstm.trainer;

import io.charlstm.data.Batching;
import io.charlstm.data.Cleaning;
import io.charlstm.data.CorpusBatches;
import io.charlstm.data.CorpusException;
import io.charlstm.data.CorpusOptions;
import io.charlstm.data.InvalidPolicy;
import io.charlstm.data.LineEnds;
import io.charlstm.data.Split;
import io.charlstm.data.TokenMode;
import io.charlstm.data.TokenSequence;
import io.charlstm.data.Vocabulary;
import java.util.Locale;
import java.util.Optional;

/** How a configuration says that text becomes tokens, and tokens windows. */
public final class TextForm {
  private TextForm() {}

  /** Text to tokens. */
  public static CorpusOptions options(RunConfig config) {
    return new CorpusOptions(
            TokenMode.valueOf(config.word("token_mode").toUpperCase(Locale.ROOT)),
            InvalidPolicy.parse(config.word("on_invalid")),
            config.flag("normalize_newlines"))
        .withCleaning(Cleaning.parse(config.word("clean")))
        .withExtraSymbols(config.word("extra_symbol"));
  }

  /**
   * Tokens to the windows of each part.
   *
   * @throws CorpusException when lines are asked for and the text has no line break
   */
  public static CorpusBatches batches(
      RunConfig config, Vocabulary vocabulary, TokenSequence tokens) {
    Batching batching = Batching.parse(config.word("batching"));
    Optional<LineEnds> ends =
        batching == Batching.LINES ? Optional.of(ends(config, vocabulary)) : Optional.empty();
    return new CorpusBatches(
        tokens,
        Split.parse(config.word("split")),
        new CorpusBatches.Form(
            batching,
            config.word("split_by").equals("lanes"),
            config.batchSize(),
            config.seqLength(),
            config.seed(),
            ends));
  }

  private static LineEnds ends(RunConfig config, Vocabulary vocabulary) {
    int newline = vocabulary.idOf('\n');
    if (newline < 0) {
      throw new CorpusException(
          "batching = lines needs a text of several lines; it has no line break");
    }
    String extra = config.word("extra_symbol");
    int end = extra.isEmpty() ? newline : vocabulary.idOf(extra.codePointAt(0));
    return end < 0 ? LineEnds.newlines(newline) : new LineEnds(newline, end);
  }
}

package io.charlstm.trainer;

import io.charlstm.data.Corpus;
import io.charlstm.data.CorpusOptions;
import io.charlstm.data.CorpusSource;
import io.charlstm.data.InvalidPolicy;
import io.charlstm.data.LaneBatches;
import io.charlstm.data.Split;
import io.charlstm.data.TokenMode;
import io.charlstm.data.TokenSequence;
import io.charlstm.data.UnseenPolicy;
import io.charlstm.data.Vocabulary;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The corpus of a run, its parts and the lanes of its training part. */
final class TrainingData implements AutoCloseable {
  private final Corpus corpus;
  private final Split.Parts parts;
  private final LaneBatches batches;

  private TrainingData(Corpus corpus, Split.Parts parts, LaneBatches batches) {
    this.corpus = corpus;
    this.parts = parts;
    this.batches = batches;
  }

  /**
   * Reads a corpus.
   *
   * @param words the corpus as named on the command line
   * @param known vocabulary of a model to go on from; else it is built from the corpus
   * @throws io.charlstm.data.CorpusException when it cannot be used
   */
  static TrainingData open(RunConfig config, List<String> words, Optional<Vocabulary> known) {
    Split split = Split.parse(config.word("split"));
    CorpusSource source = CorpusSource.parse(words);
    CorpusOptions options = corpusOptions(config);
    UnseenPolicy unseen = UnseenPolicy.valueOf(upper(config.word("on_unseen")));
    Corpus corpus =
        known.isPresent()
            ? Corpus.open(source, options, known.get(), unseen)
            : Corpus.open(source, options);
    try {
      Split.Parts parts = split.parts(corpus.tokens());
      LaneBatches batches = new LaneBatches(parts.train(), config.batchSize(), config.seqLength());
      return new TrainingData(corpus, parts, batches);
    } catch (RuntimeException | Error e) {
      corpus.close();
      throw e;
    }
  }

  /** How a configuration says that text becomes tokens. */
  static CorpusOptions corpusOptions(RunConfig config) {
    return new CorpusOptions(
        TokenMode.valueOf(upper(config.word("token_mode"))),
        InvalidPolicy.valueOf(upper(config.word("on_invalid"))),
        config.flag("normalize_newlines"));
  }

  private static String upper(String word) {
    return word.toUpperCase(Locale.ROOT);
  }

  Corpus corpus() {
    return corpus;
  }

  Vocabulary vocabulary() {
    return corpus.vocabulary();
  }

  Split.Parts parts() {
    return parts;
  }

  LaneBatches batches() {
    return batches;
  }

  /** The validation part, when there is something in it to score. */
  Optional<TokenSequence> validation() {
    return parts.valid().size() < 2 ? Optional.empty() : Optional.of(parts.valid());
  }

  @Override
  public void close() {
    corpus.close();
  }
}

package io.charlstm.trainer;

import io.charlstm.data.Corpus;
import io.charlstm.data.CorpusBatches;
import io.charlstm.data.CorpusBatches.Part;
import io.charlstm.data.CorpusException;
import io.charlstm.data.CorpusOptions;
import io.charlstm.data.CorpusSource;
import io.charlstm.data.LaneBatches;
import io.charlstm.data.TokenBatches;
import io.charlstm.data.UnseenPolicy;
import io.charlstm.data.Vocabulary;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The corpus of a run, its parts and their windows. */
final class TrainingData implements AutoCloseable {
  private final RunConfig config;
  private final Corpus corpus;
  private final CorpusBatches parts;
  private final TokenBatches batches;

  private TrainingData(RunConfig config, Corpus corpus, CorpusBatches parts, TokenBatches batches) {
    this.config = config;
    this.corpus = corpus;
    this.parts = parts;
    this.batches = batches;
  }

  /**
   * Reads a corpus.
   *
   * @param words the corpus as named on the command line
   * @param known vocabulary of a model to go on from; else it is built from the corpus
   * @throws CorpusException when it cannot be used
   */
  static TrainingData open(RunConfig config, List<String> words, Optional<Vocabulary> known) {
    CorpusSource source = CorpusSource.parse(words);
    CorpusOptions options = TextForm.options(config);
    UnseenPolicy unseen = UnseenPolicy.parse(config.word("on_unseen"));
    Corpus corpus =
        known.isPresent()
            ? Corpus.open(source, options, known.get(), unseen)
            : Corpus.open(source, options);
    try {
      CorpusBatches parts = TextForm.batches(config, corpus.vocabulary(), corpus.tokens());
      return new TrainingData(config, corpus, parts, parts.train());
    } catch (RuntimeException | Error e) {
      corpus.close();
      throw e;
    }
  }

  Corpus corpus() {
    return corpus;
  }

  Vocabulary vocabulary() {
    return corpus.vocabulary();
  }

  /** Tokens of a part. */
  long size(Part part) {
    return parts.size(part);
  }

  /** The first token of the text. */
  int firstToken() {
    return corpus.tokens().get(0);
  }

  /** Windows to train on. */
  TokenBatches batches() {
    return batches;
  }

  /** Windows that score the validation part while training, when there is something in it. */
  Optional<TokenBatches> validation() {
    return parts.scoring(Part.VALID, config.integer("valid_lanes"));
  }

  /** The same once for all; a part of a text is then scored as one, in order. */
  Optional<TokenBatches> validationInOrder() {
    return parts.scoring(Part.VALID, 1);
  }

  /**
   * The training window that is scored at evaluations, from zero state.
   *
   * @throws CorpusException when there are fewer windows
   */
  Optional<TokenBatches> probe() {
    long window = config.number("probe_window");
    if (window == 0) {
      return Optional.empty();
    }
    if (window > batches.windows()) {
      throw new CorpusException(
          String.format(
              Locale.ROOT,
              "probe_window is %d, and the training part has %d windows",
              window,
              batches.windows()));
    }
    return batches instanceof LaneBatches lanes
        ? Optional.of(lanes.only(window - 1))
        : Optional.empty();
  }

  @Override
  public void close() {
    corpus.close();
  }
}

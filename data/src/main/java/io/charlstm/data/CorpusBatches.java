package io.charlstm.data;

import java.util.Optional;

/**
 * The training, validation and test part of a text, each as windows of one form. Where the form has
 * sequences or lines, a part holds whole ones: cuts are moved to the start of a sequence, or behind
 * the end of a line. With lanes cut by position each lane gives its first windows to training, the
 * next to validation and the rest to the test, as char-rnn does.
 */
public final class CorpusBatches {
  /** A part of a text. */
  public enum Part {
    ALL,
    TRAIN,
    VALID,
    TEST
  }

  /**
   * How a text is cut.
   *
   * @param batching kind of windows
   * @param splitLanes whether each lane is split rather than the text; with lanes only
   * @param batchSize B
   * @param sequenceLength T
   * @param seed decides orders
   * @param ends how lines begin and end; of no account without lines
   */
  public record Form(
      Batching batching,
      boolean splitLanes,
      int batchSize,
      int sequenceLength,
      long seed,
      Optional<LineEnds> ends) {}

  private final TokenSequence tokens;
  private final Split split;
  private final Form form;

  public CorpusBatches(TokenSequence tokens, Split split, Form form) {
    this.tokens = tokens;
    this.split = split;
    this.form = form;
  }

  /**
   * Windows to train on.
   *
   * @throws CorpusException when the part is too short
   */
  public TokenBatches train() {
    return form.batching() == Batching.LANES && !form.splitLanes()
        ? new LaneBatches(tokens(Part.TRAIN), form.batchSize(), form.sequenceLength())
        : windows(Part.TRAIN)
            .orElseThrow(
                () -> new CorpusException("the training part is empty: use another split"));
  }

  /**
   * Windows that score a part in the form of the training, in their natural order. Nothing when
   * there is too little to score.
   *
   * @param lanes parallel lanes, where a part of the text is scored in lanes of carried state
   */
  public Optional<TokenBatches> scoring(Part part, int lanes) {
    boolean text = form.batching() == Batching.LANES && (!form.splitLanes() || part == Part.ALL);
    if (!text) {
      return windows(part);
    }
    TokenSequence scored = tokens(part);
    return scored.size() < 2
        ? Optional.empty()
        : Optional.of(ScoringWindows.inLanes(scored, lanes));
  }

  private Optional<TokenBatches> windows(Part part) {
    return switch (form.batching()) {
      case LANES -> laneRange(part);
      case SHUFFLED -> sequences(tokens(part));
      case LINES -> lines(tokens(part));
    };
  }

  private Optional<TokenBatches> laneRange(Part part) {
    LaneBatches whole = new LaneBatches(tokens, form.batchSize(), form.sequenceLength());
    Split.Cuts cuts = split.cuts(whole.windows());
    long from = cuts.from(part);
    long to = cuts.to(part);
    return from == to ? Optional.empty() : Optional.of(whole.range(from, to));
  }

  private Optional<TokenBatches> sequences(TokenSequence part) {
    return SequenceBatches.sequences(part.size(), form.sequenceLength()) == 0
        ? Optional.empty()
        : Optional.of(
            new SequenceBatches(part, form.batchSize(), form.sequenceLength(), form.seed()));
  }

  private Optional<TokenBatches> lines(TokenSequence part) {
    LineEnds ends = form.ends().orElseThrow();
    if (part.size() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new LineBatches(part, ends, form.batchSize(), form.sequenceLength(), form.seed()));
  }

  /** Tokens of a part; with lanes cut by position those that its windows have as targets. */
  public long size(Part part) {
    return form.splitLanes() && part != Part.ALL
        ? laneRange(part).map(TokenBatches::characters).orElse(0L)
        : tokens(part).size();
  }

  /** A part as one text. */
  public TokenSequence tokens(Part part) {
    if (part == Part.ALL) {
      return tokens;
    }
    long size = tokens.size();
    return switch (form.batching()) {
      case LANES -> split.cuts(size).slice(tokens, part);
      case SHUFFLED -> sequencePart(part);
      case LINES -> {
        Split.Cuts cuts = split.cuts(size);
        long from = lineStart(cuts.from(part));
        yield tokens.slice(from, Math.max(from, lineStart(cuts.to(part))));
      }
    };
  }

  /** The sequences of a part, and the token behind them, which is their last target. */
  private TokenSequence sequencePart(Part part) {
    int length = form.sequenceLength();
    Split.Cuts cuts = split.cuts(SequenceBatches.sequences(tokens.size(), length));
    long from = cuts.from(part) * length;
    long to = cuts.to(part) * length;
    return from == to ? tokens.slice(0, 0) : tokens.slice(from, to + 1);
  }

  /** The first position from {@code position} on at which a line starts, or the end. */
  private long lineStart(long position) {
    int newline = form.ends().orElseThrow().newline();
    long start = position;
    while (start > 0 && start < tokens.size() && tokens.get(start - 1) != newline) {
      start++;
    }
    return start;
  }
}

package io.charlstm.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;

/**
 * Windows (T,B) of B sequences of T, each starting from zero state. The text's {@code (N-1)/T}
 * sequences follow one another without a gap; sequence s has the inputs s*T to s*T+T-1 and the
 * tokens behind them as targets. In an epoch each is served once; {@link #startEpoch} shuffles
 * them, without it they come in order. Where the last window has no sequence left, inputs are 0 and
 * targets {@link #IGNORE}.
 */
public final class SequenceBatches implements TokenBatches {
  private final TokenSequence tokens;
  private final int batchSize;
  private final int sequenceLength;
  private final long seed;
  private final int[] order;

  /**
   * Lays out the sequences.
   *
   * @param seed decides the order of each epoch
   * @throws CorpusException when the text is too short for one sequence, or has more than 2^31-1
   */
  public SequenceBatches(TokenSequence tokens, int batchSize, int sequenceLength, long seed) {
    this.tokens = tokens;
    this.batchSize = Lanes.requirePositive("batch_size", batchSize);
    this.sequenceLength = Lanes.requirePositive("seq_length", sequenceLength);
    this.seed = seed;
    long sequences = sequences(tokens.size(), sequenceLength);
    if (sequences < 1 || sequences > Integer.MAX_VALUE - 8) {
      throw new CorpusException(
          String.format(
              Locale.ROOT,
              "%d characters make %d sequences of seq_length %d; there must be 1 to 2^31: use"
                  + " another seq_length or corpus",
              tokens.size(),
              sequences,
              sequenceLength));
    }
    this.order = new int[(int) sequences];
    EpochOrder.natural(order);
  }

  /** Sequences of T that a text of {@code size} tokens has. */
  static long sequences(long size, int sequenceLength) {
    return Math.max(0, size - 1) / sequenceLength;
  }

  @Override
  public int batchSize() {
    return batchSize;
  }

  @Override
  public int sequenceLength() {
    return sequenceLength;
  }

  @Override
  public long windows() {
    return (order.length - 1) / batchSize + 1L;
  }

  @Override
  public long characters() {
    return (long) order.length * sequenceLength;
  }

  @Override
  public boolean carriesState() {
    return false;
  }

  @Override
  public void startEpoch(long epoch) {
    EpochOrder.shuffle(order, EpochOrder.random(seed, epoch));
  }

  @Override
  public int steps(long window) {
    Lanes.checkWindow(window, windows());
    return sequenceLength;
  }

  @Override
  public long scored(long window) {
    return (long) used(window) * sequenceLength;
  }

  /** Lanes of a window that hold a sequence. */
  private int used(long window) {
    Lanes.checkWindow(window, windows());
    return (int) Math.min(batchSize, order.length - window * batchSize);
  }

  @Override
  public void fill(long window, MemorySegment inputs, MemorySegment targets) {
    int used = used(window);
    int first = (int) (window * batchSize);
    for (int lane = 0; lane < used; lane++) {
      long from = (long) order[first + lane] * sequenceLength;
      tokens.copyTo(from, inputs, lane, sequenceLength, batchSize);
      tokens.copyTo(from + 1, targets, lane, sequenceLength, batchSize);
    }
    for (int lane = used; lane < batchSize; lane++) {
      for (int step = 0; step < sequenceLength; step++) {
        long element = (long) step * batchSize + lane;
        inputs.setAtIndex(ValueLayout.JAVA_INT, element, 0);
        targets.setAtIndex(ValueLayout.JAVA_INT, element, IGNORE);
      }
    }
  }
}

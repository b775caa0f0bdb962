package io.charlstm.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Windows for corpora of separate lines, such as names or sentences: each lane holds one line and
 * starts from zero state. A line is predicted character by character up to and including its end:
 * from the newline before it to its own newline, or, with an end symbol of its own, from its first
 * character to that symbol. Lines of similar length share a window (bucketing), shorter ones are
 * padded with {@link #IGNORE}d targets; in which order the windows come, and which lines of one
 * length meet, {@link #startEpoch} draws from a seed. A line of more than T transitions is cut into
 * pieces of T; empty lines are left out and counted.
 */
public final class LineBatches implements TokenBatches {
  private final TokenSequence tokens;
  private final LineEnds ends;
  private final int batchSize;
  private final int sequenceLength;
  private final long seed;
  private final LinePieces pieces;

  /** Pieces in the order in which equal lengths are told apart. */
  private final int[] shuffled;

  /** Pieces sorted by length; each run of B of them is a window. */
  private final int[] order;

  /** Runs in the order in which they are served. */
  private final int[] windowOrder;

  /** For each length where its next piece goes. */
  private final int[] places;

  /**
   * Sorts the lines into windows, those of short lines first.
   *
   * @param batchSize lines of a window B
   * @param sequenceLength most transitions of a piece T
   * @param seed decides the order of each epoch
   * @throws CorpusException when there is no line that is not empty
   */
  public LineBatches(
      TokenSequence tokens, LineEnds ends, int batchSize, int sequenceLength, long seed) {
    this.tokens = tokens;
    this.ends = ends;
    this.batchSize = Lanes.requirePositive("batch_size", batchSize);
    this.sequenceLength = Lanes.requirePositive("seq_length", sequenceLength);
    this.seed = seed;
    pieces = LinePieces.of(tokens, ends, sequenceLength);
    if (pieces.count() == 0) {
      throw new CorpusException("the corpus has no line that is not empty");
    }
    shuffled = new int[pieces.count()];
    order = new int[pieces.count()];
    windowOrder = new int[(pieces.count() - 1) / batchSize + 1];
    int longest = 0;
    for (int piece = 0; piece < pieces.count(); piece++) {
      longest = Math.max(longest, pieces.length(piece));
    }
    places = new int[longest + 2];
    EpochOrder.natural(shuffled);
    EpochOrder.natural(windowOrder);
    sortByLength();
  }

  @Override
  public void startEpoch(long epoch) {
    SplittableRandom random = EpochOrder.random(seed, epoch);
    EpochOrder.shuffle(shuffled, random);
    sortByLength();
    EpochOrder.shuffle(windowOrder, random);
  }

  /** Counting sort, which keeps the shuffled order between equal lengths. */
  private void sortByLength() {
    Arrays.fill(places, 0);
    for (int piece : shuffled) {
      places[pieces.length(piece) + 1]++;
    }
    for (int length = 1; length < places.length; length++) {
      places[length] += places[length - 1];
    }
    for (int piece : shuffled) {
      order[places[pieces.length(piece)]++] = piece;
    }
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
    return windowOrder.length;
  }

  @Override
  public long characters() {
    return pieces.transitions();
  }

  @Override
  public boolean carriesState() {
    return false;
  }

  /** Empty lines left out. */
  public long emptyLines() {
    return pieces.emptyLines();
  }

  /** Lines that were cut because they exceed T. */
  public long cutLines() {
    return pieces.cutLines();
  }

  /** Time steps of a window: the transitions of its longest line. */
  @Override
  public int steps(long window) {
    return pieces.length(order[lastPiece(window)]);
  }

  @Override
  public long scored(long window) {
    long sum = 0;
    int last = lastPiece(window);
    for (int i = firstPiece(window); i <= last; i++) {
      sum += pieces.length(order[i]);
    }
    return sum;
  }

  private int firstPiece(long window) {
    Lanes.checkWindow(window, windowOrder.length);
    return windowOrder[(int) window] * batchSize;
  }

  private int lastPiece(long window) {
    return (int) Math.min((long) firstPiece(window) + batchSize, order.length) - 1;
  }

  /**
   * Writes the {@link #steps} rows of a window; padded inputs are the end symbol. Allocates
   * nothing.
   *
   * @param inputs (steps,B) int32
   * @param targets (steps,B) int32
   */
  @Override
  public void fill(long window, MemorySegment inputs, MemorySegment targets) {
    int steps = steps(window);
    int first = firstPiece(window);
    int lines = lastPiece(window) - first + 1;
    for (int lane = 0; lane < batchSize; lane++) {
      int length = 0;
      if (lane < lines) {
        int piece = order[first + lane];
        length = pieces.length(piece);
        copyInputs(pieces.start(piece), length, lane, inputs);
        copyTargets(pieces.start(piece) + 1, length, lane, targets);
      }
      for (int step = length; step < steps; step++) {
        long element = (long) step * batchSize + lane;
        inputs.setAtIndex(ValueLayout.JAVA_INT, element, ends.end());
        targets.setAtIndex(ValueLayout.JAVA_INT, element, IGNORE);
      }
    }
  }

  private void copyInputs(long from, int count, int lane, MemorySegment inputs) {
    int before = from < 0 ? 1 : 0;
    if (before == 1) {
      inputs.setAtIndex(ValueLayout.JAVA_INT, lane, ends.newline());
    }
    long element = (long) before * batchSize + lane;
    tokens.copyTo(from + before, inputs, element, count - before, batchSize);
  }

  /** The last target of a line, its newline or what lies behind the text, is its end. */
  private void copyTargets(long from, int count, int lane, MemorySegment targets) {
    long last = from + count - 1;
    boolean lineEnds = last >= tokens.size() || tokens.get(last) == ends.newline();
    int inside = lineEnds ? count - 1 : count;
    tokens.copyTo(from, targets, lane, inside, batchSize);
    if (lineEnds) {
      long element = (long) (count - 1) * batchSize + lane;
      targets.setAtIndex(ValueLayout.JAVA_INT, element, ends.end());
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d windows of %d lines, %d cut, %d empty lines left out",
        windows(),
        batchSize,
        cutLines(),
        emptyLines());
  }
}

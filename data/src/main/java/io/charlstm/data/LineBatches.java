package io.charlstm.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Batches for corpora of separate lines, such as names or sentences: each lane holds one line and
 * starts from zero state. A line is predicted from the newline before it, character by character,
 * up to and including its own newline. Lines of similar length share a batch (bucketing), shorter
 * ones are padded with {@link #IGNORE}d targets; the order of the batches, and which lines of one
 * length meet, follow from a seed. A line of more than T transitions is cut into pieces of T; empty
 * lines are left out and counted.
 */
public final class LineBatches {
  /** Target value of a place that is not scored. */
  public static final int IGNORE = ScoringWindows.IGNORE;

  private final TokenSequence tokens;
  private final int newline;
  private final int batchSize;
  private final LinePieces pieces;

  /** Pieces sorted by length; each run of B of them is a batch. */
  private final int[] order;

  /** Runs in the order in which they are served. */
  private final int[] batchOrder;

  /**
   * Sorts the lines into batches.
   *
   * @param newline the id that ends a line
   * @param batchSize lines of a batch B
   * @param sequenceLength most transitions of a piece T
   * @param seed decides the order; another for each epoch gives other batches
   * @throws CorpusException when there is no line that is not empty
   */
  public LineBatches(
      TokenSequence tokens, int newline, int batchSize, int sequenceLength, long seed) {
    this.tokens = tokens;
    this.newline = newline;
    this.batchSize = Lanes.requirePositive("batch_size", batchSize);
    this.pieces =
        LinePieces.of(tokens, newline, Lanes.requirePositive("seq_length", sequenceLength));
    if (pieces.count() == 0) {
      throw new CorpusException("the corpus has no line that is not empty");
    }
    SplittableRandom random = new SplittableRandom(seed);
    this.order = byLength(random);
    this.batchOrder = shuffled((pieces.count() - 1) / batchSize + 1, random);
  }

  /** Sorts by length; the shuffle before it decides between equal ones. */
  private int[] byLength(SplittableRandom random) {
    int[] shuffled = shuffled(pieces.count(), random);
    long[] keys = new long[shuffled.length];
    for (int rank = 0; rank < keys.length; rank++) {
      keys[rank] = (long) pieces.length(shuffled[rank]) << 32 | rank;
    }
    Arrays.sort(keys);
    int[] sorted = new int[keys.length];
    for (int i = 0; i < keys.length; i++) {
      sorted[i] = shuffled[(int) keys[i]];
    }
    return sorted;
  }

  private static int[] shuffled(int count, SplittableRandom random) {
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      values[i] = values[j];
      values[j] = i;
    }
    return values;
  }

  /** Batches that hold every line once. */
  public int batches() {
    return batchOrder.length;
  }

  /** Empty lines left out. */
  public long emptyLines() {
    return pieces.emptyLines();
  }

  /** Lines that were cut because they exceed T. */
  public long cutLines() {
    return pieces.cutLines();
  }

  /** Time steps of a batch: the transitions of its longest line. */
  public int steps(int batch) {
    return pieces.length(order[lastPiece(batch)]);
  }

  /** Targets of a batch that are scored. */
  public long scored(int batch) {
    long sum = 0;
    for (int i = firstPiece(batch); i <= lastPiece(batch); i++) {
      sum += pieces.length(order[i]);
    }
    return sum;
  }

  private int firstPiece(int batch) {
    Lanes.checkWindow(batch, batchOrder.length);
    return batchOrder[batch] * batchSize;
  }

  private int lastPiece(int batch) {
    return (int) Math.min((long) firstPiece(batch) + batchSize, order.length) - 1;
  }

  /**
   * Writes the {@link #steps} rows of a batch; padded inputs are the newline. Allocates nothing.
   *
   * @param inputs (steps,B) int32
   * @param targets (steps,B) int32
   */
  public void fill(int batch, MemorySegment inputs, MemorySegment targets) {
    int steps = steps(batch);
    int first = firstPiece(batch);
    int lines = lastPiece(batch) - first + 1;
    for (int lane = 0; lane < batchSize; lane++) {
      int length = 0;
      if (lane < lines) {
        int piece = order[first + lane];
        length = pieces.length(piece);
        copy(pieces.start(piece) - 1, length, lane, inputs);
        copy(pieces.start(piece), length, lane, targets);
      }
      for (int step = length; step < steps; step++) {
        long element = (long) step * batchSize + lane;
        inputs.setAtIndex(ValueLayout.JAVA_INT, element, newline);
        targets.setAtIndex(ValueLayout.JAVA_INT, element, IGNORE);
      }
    }
  }

  /** Copies tokens down a lane; a newline is taken to stand before the first and after the last. */
  private void copy(long from, int count, int lane, MemorySegment destination) {
    int before = from < 0 ? 1 : 0;
    int after = from + count > tokens.size() ? 1 : 0;
    if (before == 1) {
      destination.setAtIndex(ValueLayout.JAVA_INT, lane, newline);
    }
    long element = (long) before * batchSize + lane;
    tokens.copyTo(from + before, destination, element, count - before - after, batchSize);
    if (after == 1) {
      long last = (long) (count - 1) * batchSize + lane;
      destination.setAtIndex(ValueLayout.JAVA_INT, last, newline);
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d batches of %d lines, %d cut, %d empty lines left out",
        batches(),
        batchSize,
        cutLines(),
        emptyLines());
  }
}

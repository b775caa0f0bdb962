package io.charlstm.data;

import java.lang.foreign.MemorySegment;
import java.util.Locale;

/**
 * Training windows (T,B) over contiguous lanes. Lane b of B reads its own {@code floor(N/B)}
 * tokens, from {@code b * floor(N/B)} on, window after window, so that the state h and c carries
 * over. What is left of a lane behind its last full window, and the N mod B tokens behind the last
 * lane, are not read.
 */
public final class LaneBatches implements TokenBatches {
  private final TokenSequence tokens;
  private final int batchSize;
  private final int sequenceLength;
  private final long laneLength;
  private final long firstWindow;
  private final long windows;

  /**
   * Lays out the lanes.
   *
   * @throws CorpusException when the sequence is too short for one window in every lane
   */
  public LaneBatches(TokenSequence tokens, int batchSize, int sequenceLength) {
    this.tokens = tokens;
    this.batchSize = Lanes.requirePositive("batch_size", batchSize);
    this.sequenceLength = Lanes.requirePositive("seq_length", sequenceLength);
    this.laneLength = tokens.size() / batchSize;
    if (laneLength < sequenceLength + 1L) {
      throw new CorpusException(
          String.format(
              Locale.ROOT,
              "training part has %d characters; batch_size %d x (seq_length %d + 1) needs at least"
                  + " %d: lower batch_size or seq_length",
              tokens.size(),
              batchSize,
              sequenceLength,
              batchSize * (sequenceLength + 1L)));
    }
    this.firstWindow = 0;
    this.windows = (laneLength - 1) / sequenceLength;
  }

  private LaneBatches(LaneBatches whole, long firstWindow, long windows) {
    tokens = whole.tokens;
    batchSize = whole.batchSize;
    sequenceLength = whole.sequenceLength;
    laneLength = whole.laneLength;
    this.firstWindow = firstWindow;
    this.windows = windows;
  }

  /**
   * The windows from {@code from} up to but not including {@code to}, of every lane.
   *
   * @throws IndexOutOfBoundsException when there is none of them
   */
  LaneBatches range(long from, long to) {
    Lanes.checkWindow(from, windows);
    Lanes.checkWindow(to - 1, windows);
    return new LaneBatches(this, firstWindow + from, to - from);
  }

  /** One of the windows, as if there were no others. */
  public TokenBatches only(long window) {
    Lanes.checkWindow(window, windows);
    return new OneWindow(this, window);
  }

  /** Full windows in an epoch. */
  @Override
  public long windows() {
    return windows;
  }

  /** Characters trained on in an epoch: windows x T x B. */
  @Override
  public long characters() {
    return windows * sequenceLength * batchSize;
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
  public boolean carriesState() {
    return true;
  }

  @Override
  public int steps(long window) {
    Lanes.checkWindow(window, windows);
    return sequenceLength;
  }

  @Override
  public long scored(long window) {
    return (long) steps(window) * batchSize;
  }

  /**
   * Writes a window. The targets are the tokens that follow the inputs. Allocates nothing.
   *
   * @param window 0 to {@link #windows()}-1
   * @param inputs (T,B) int32
   * @param targets (T,B) int32
   */
  @Override
  public void fill(long window, MemorySegment inputs, MemorySegment targets) {
    Lanes.checkWindow(window, windows);
    long offset = (firstWindow + window) * sequenceLength;
    for (int lane = 0; lane < batchSize; lane++) {
      long from = lane * laneLength + offset;
      tokens.copyTo(from, inputs, lane, sequenceLength, batchSize);
      tokens.copyTo(from + 1, targets, lane, sequenceLength, batchSize);
    }
  }

  /**
   * Writes consecutive windows of every lane as they follow each other: the last target of a window
   * is the first input of the next.
   *
   * @param from first window, 0 to {@link #windows()}-1
   * @param count number of windows
   * @param lanes (B, count*T + 1) int32
   */
  public void fillLanes(long from, int count, MemorySegment lanes) {
    Lanes.checkWindow(from, windows);
    Lanes.checkWindow(from + count - 1, windows);
    int width = Math.addExact(Math.multiplyExact(count, sequenceLength), 1);
    for (int lane = 0; lane < batchSize; lane++) {
      long first = lane * laneLength + (firstWindow + from) * sequenceLength;
      tokens.copyTo(first, lanes, (long) lane * width, width);
    }
  }
}

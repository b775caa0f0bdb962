package io.charlstm.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Evaluation windows (T,B) in which each of the N-1 transitions from a token to the next is scored
 * exactly once. The transitions are cut into B contiguous lanes whose lengths differ by one at
 * most; a lane's state starts at zero and is carried. With one lane they are scored in order, as
 * one long text. Where a lane has ended, inputs are 0 and targets {@link #IGNORE}.
 */
public final class ScoringWindows implements TokenBatches {
  /** Window of scoring with one lane; long, as nothing is kept for a backward pass. */
  private static final int ONE_LANE_WINDOW = 512;

  /** Most tokens of a window, to bound the memory for logits. */
  private static final int WINDOW_TOKENS = 4096;

  private final TokenSequence tokens;
  private final int lanes;
  private final int sequenceLength;
  private final long shortLane;
  private final long longLanes;

  /**
   * Lays out the lanes.
   *
   * @throws CorpusException when there are fewer than two tokens
   */
  public ScoringWindows(TokenSequence tokens, int lanes, int sequenceLength) {
    requireScorable(tokens);
    this.tokens = tokens;
    this.lanes = Lanes.requirePositive("number of lanes", lanes);
    this.sequenceLength = Lanes.requirePositive("seq_length", sequenceLength);
    this.shortLane = transitions() / lanes;
    this.longLanes = transitions() % lanes;
  }

  /**
   * Checks that there is something to score.
   *
   * @throws CorpusException when there are fewer than two tokens
   */
  public static void requireScorable(TokenSequence tokens) {
    if (tokens.size() < 2) {
      throw new CorpusException(
          "the part to score has "
              + tokens.size()
              + " characters and needs at least 2: use a longer corpus or another split");
    }
  }

  /**
   * Windows of a size that bounds the memory for logits. Fewer lanes are used when the sequence is
   * shorter.
   *
   * @param lanes most parallel parts that each start from zero state; 1 scores in order
   * @throws CorpusException when there are fewer than two tokens
   */
  public static ScoringWindows inLanes(TokenSequence tokens, int lanes) {
    int used = (int) Math.clamp(tokens.size() - 1, 1L, (long) lanes);
    long laneLength = (tokens.size() + used - 2) / used;
    int window = (int) Math.clamp(WINDOW_TOKENS / used, 1L, (long) ONE_LANE_WINDOW);
    return new ScoringWindows(tokens, used, (int) Math.clamp(laneLength, 1L, (long) window));
  }

  /** How many targets are scored in all: N-1. */
  public long transitions() {
    return tokens.size() - 1;
  }

  @Override
  public long characters() {
    return transitions();
  }

  @Override
  public boolean carriesState() {
    return true;
  }

  /** Windows that score everything. */
  @Override
  public long windows() {
    return (longestLane() - 1) / sequenceLength + 1;
  }

  /** Time steps of a window in which at least one lane is scored: T, or fewer in the last. */
  @Override
  public int steps(long window) {
    Lanes.checkWindow(window, windows());
    return (int) Math.min(sequenceLength, longestLane() - window * sequenceLength);
  }

  private long longestLane() {
    return longLanes > 0 ? shortLane + 1 : shortLane;
  }

  @Override
  public long scored(long window) {
    int steps = steps(window);
    long offset = window * sequenceLength;
    long inLong = Math.clamp(shortLane + 1 - offset, 0L, (long) steps);
    long inShort = Math.clamp(shortLane - offset, 0L, (long) steps);
    return longLanes * inLong + (lanes - longLanes) * inShort;
  }

  /** Number of lanes. */
  @Override
  public int batchSize() {
    return lanes;
  }

  @Override
  public int sequenceLength() {
    return sequenceLength;
  }

  /**
   * Writes a window, all T rows of it. Allocates nothing.
   *
   * @param window 0 to {@link #windows()}-1
   * @param inputs (T,B) int32
   * @param targets (T,B) int32
   */
  @Override
  public void fill(long window, MemorySegment inputs, MemorySegment targets) {
    Lanes.checkWindow(window, windows());
    long offset = window * sequenceLength;
    for (int lane = 0; lane < lanes; lane++) {
      long length = lane < longLanes ? shortLane + 1 : shortLane;
      long from = lane * shortLane + Math.min(lane, longLanes) + offset;
      int scored = (int) Math.clamp(length - offset, 0L, (long) sequenceLength);
      if (scored > 0) {
        tokens.copyTo(from, inputs, lane, scored, lanes);
        tokens.copyTo(from + 1, targets, lane, scored, lanes);
      }
      for (int step = scored; step < sequenceLength; step++) {
        long element = (long) step * lanes + lane;
        inputs.setAtIndex(ValueLayout.JAVA_INT, element, 0);
        targets.setAtIndex(ValueLayout.JAVA_INT, element, IGNORE);
      }
    }
  }
}

package io.charlstm.runtime;

import java.lang.foreign.MemorySegment;

/**
 * The tokens of a training text in B lanes: lane b is a contiguous part of the text, window w of a
 * lane its tokens w*T to w*T+T, of which the last T are the targets.
 */
public interface LaneTokens {

  /** T, tokens in a window. */
  int sequenceLength();

  /** B, number of lanes. */
  int batchSize();

  /** Windows in an epoch. */
  long windows();

  /**
   * Copies consecutive windows of every lane.
   *
   * @param firstWindow from 0
   * @param count number of windows
   * @param lanes receives int32 (B, count*T + 1); a window's last target is the next one's first
   *     input
   */
  void readLanes(long firstWindow, int count, MemorySegment lanes);
}

package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.LaneTokens;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** Lanes of random tokens. */
final class RandomLanes implements LaneTokens {
  private final int sequenceLength;
  private final int batchSize;
  private final long windows;

  /** (B,windows*T+1). */
  private final int[][] tokens;

  private RandomLanes(int sequenceLength, int batchSize, long windows, int[][] tokens) {
    this.sequenceLength = sequenceLength;
    this.batchSize = batchSize;
    this.windows = windows;
    this.tokens = tokens;
  }

  /** Tokens below {@code vocabulary}. */
  static RandomLanes of(int sequenceLength, int batchSize, int windows, int vocabulary, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[][] tokens = new int[batchSize][];
    for (int lane = 0; lane < batchSize; lane++) {
      tokens[lane] = random.ints((long) windows * sequenceLength + 1, 0, vocabulary).toArray();
    }
    return new RandomLanes(sequenceLength, batchSize, windows, tokens);
  }

  /** Replaces a token. */
  void set(int lane, int index, int token) {
    tokens[lane][index] = token;
  }

  @Override
  public int sequenceLength() {
    return sequenceLength;
  }

  @Override
  public int batchSize() {
    return batchSize;
  }

  @Override
  public long windows() {
    return windows;
  }

  @Override
  public void readLanes(long firstWindow, int count, MemorySegment lanes) {
    int width = count * sequenceLength + 1;
    for (int lane = 0; lane < batchSize; lane++) {
      MemorySegment.copy(
          tokens[lane],
          (int) firstWindow * sequenceLength,
          lanes,
          ValueLayout.JAVA_INT,
          4L * lane * width,
          width);
    }
  }

  /** The window's inputs (shift 0) or targets (shift 1), (T,B). */
  int[] window(long index, int shift) {
    int[] window = new int[sequenceLength * batchSize];
    for (int t = 0; t < sequenceLength; t++) {
      for (int lane = 0; lane < batchSize; lane++) {
        window[t * batchSize + lane] = tokens[lane][(int) index * sequenceLength + t + shift];
      }
    }
    return window;
  }
}

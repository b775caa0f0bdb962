package io.charlstm.runtime.onednn.decode;

import java.util.Arrays;

/**
 * h, c and logits of every stream, in one array. h is kept twice: a step reads one copy and writes
 * the other, so a thread may finish its units while others still read the old h. Which copy is
 * current alternates with each token of the stream.
 */
final class StreamStates {
  private final float[] values;
  private final int paddedHidden;
  private final int copySize;
  private final int streamSize;
  private final int[] copy;
  private final long[] seeds;
  private final long[] draws;
  private final boolean[] fed;

  StreamStates(DecoderShape shape, int streams) {
    paddedHidden = shape.paddedHidden();
    copySize = Math.multiplyExact(paddedHidden, shape.layers());
    streamSize = Math.addExact(Math.multiplyExact(3, copySize), shape.paddedVocabulary());
    values = new float[Math.multiplyExact(streamSize, streams)];
    copy = new int[streams];
    seeds = new long[streams];
    draws = new long[streams];
    fed = new boolean[streams];
  }

  /** Where all states and logits lie. */
  float[] values() {
    return values;
  }

  /** Index of h of a layer (H, padded) in the copy that is read at {@code step} of a job. */
  int hidden(int stream, int layer, int step) {
    int current = (copy[stream] + step) & 1;
    return stream * streamSize + current * copySize + layer * paddedHidden;
  }

  /** Index of c of a layer (H, padded). */
  int cell(int stream, int layer) {
    return stream * streamSize + 2 * copySize + layer * paddedHidden;
  }

  /** Index of the logits (V, padded). */
  int logits(int stream) {
    return stream * streamSize + 3 * copySize;
  }

  /** Elements from one stream's logits to the next. */
  int streamSize() {
    return streamSize;
  }

  /** The seed that keys the stream's random numbers. */
  long seed(int stream) {
    return seeds[stream];
  }

  /** Tokens drawn since the reset. */
  long draws(int stream) {
    return draws[stream];
  }

  /** Whether the stream has logits. */
  boolean fed(int stream) {
    return fed[stream];
  }

  void reset(int stream, long seed) {
    int from = stream * streamSize;
    Arrays.fill(values, from, from + 3 * copySize, 0f);
    copy[stream] = 0;
    seeds[stream] = seed;
    draws[stream] = 0;
    fed[stream] = false;
  }

  /** Notes that a job has fed {@code steps} tokens, and whether they were drawn. */
  void advance(int stream, int steps, boolean drawn) {
    copy[stream] = (copy[stream] + steps) & 1;
    draws[stream] += drawn ? steps : 0;
    fed[stream] = true;
  }
}

package io.charlstm.runtime.onednn.decode;

import io.charlstm.runtime.kernels.Floats;
import java.lang.foreign.Arena;

/**
 * h, c and logits of every stream. h is kept twice: a step reads one copy and writes the other, so
 * a thread may finish its units while others still read the old h. Which copy is current alternates
 * with each token of the stream.
 */
final class StreamStates implements AutoCloseable {
  private static final long ALIGNMENT = 64;

  private final Arena arena = Arena.ofShared();
  private final long base;
  private final long hiddenBytes;
  private final long copyBytes;
  private final long logitsOffset;
  private final long streamBytes;
  private final int[] copy;
  private final long[] seeds;
  private final long[] draws;
  private final boolean[] fed;

  StreamStates(DecoderShape shape, int streams) {
    hiddenBytes = 4L * shape.paddedHidden();
    copyBytes = hiddenBytes * shape.layers();
    logitsOffset = align(3 * copyBytes);
    streamBytes = logitsOffset + align(4L * shape.paddedVocabulary());
    base = arena.allocate(Math.multiplyExact(streamBytes, streams), ALIGNMENT).address();
    copy = new int[streams];
    seeds = new long[streams];
    draws = new long[streams];
    fed = new boolean[streams];
  }

  private static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Address of h of a layer (H, padded) in the copy that is read at {@code step} of a job. */
  long hidden(int stream, int layer, int step) {
    return base
        + stream * streamBytes
        + ((copy[stream] + step) & 1) * copyBytes
        + layer * hiddenBytes;
  }

  /** Address of c of a layer (H, padded). */
  long cell(int stream, int layer) {
    return base + stream * streamBytes + 2 * copyBytes + layer * hiddenBytes;
  }

  /** Address of the logits (V, padded). */
  long logits(int stream) {
    return base + stream * streamBytes + logitsOffset;
  }

  /** Bytes from one stream's logits to the next. */
  long streamBytes() {
    return streamBytes;
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
    Floats.zero(base + stream * streamBytes, 3 * copyBytes / 4);
    copy[stream] = 0;
    seeds[stream] = seed;
    draws[stream] = 0;
    fed[stream] = false;
  }

  /** Notes that a job has fed {@code steps} tokens, {@code drawn} of them drawn. */
  void advance(int stream, int steps, int drawn) {
    copy[stream] = (copy[stream] + steps) & 1;
    draws[stream] += drawn;
    fed[stream] = true;
  }

  @Override
  public void close() {
    arena.close();
  }
}

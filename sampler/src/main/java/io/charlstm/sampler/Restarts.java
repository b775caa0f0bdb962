package io.charlstm.sampler;

import io.charlstm.runtime.StepDecoder;
import java.util.Arrays;

/**
 * Streams that go on from zero state, each with the last token it wrote as its first input. Random
 * numbers start anew each time, from a seed that follows from the stream's and how often it did.
 */
final class Restarts {
  /** Ends in a row, with nothing written between, after which a stream is given up. */
  static final int MOST_IN_A_ROW = 1000;

  /** Keeps the seeds apart from those of the generator's streams. */
  private static final long SALT = 0x1F83D9ABFB41BD6BL;

  private final StepDecoder decoder;
  private final long[] seeds;
  private final int[] last;
  private final int[] times;
  private final int[] inARow;
  private final int[] input;

  Restarts(StepDecoder decoder, int streams) {
    this.decoder = decoder;
    seeds = new long[streams];
    last = new int[streams];
    times = new int[streams];
    inARow = new int[streams];
    input = new int[streams];
  }

  /** A stream begins a new text. */
  void begin(int stream, long seed) {
    seeds[stream] = seed;
    times[stream] = 0;
    inARow[stream] = 0;
  }

  /** A stream was given or wrote a token. */
  void wrote(int stream, int token) {
    last[stream] = token;
    inARow[stream] = 0;
  }

  /** A stream goes on from zero state; whether it came to an end too often in a row. */
  boolean restart(int stream) {
    times[stream]++;
    inARow[stream]++;
    decoder.reset(stream, StreamSeeds.of(seeds[stream] ^ SALT, times[stream]));
    Arrays.fill(input, StepDecoder.IDLE);
    input[stream] = last[stream];
    decoder.feed(input);
    return inARow[stream] >= MOST_IN_A_ROW;
  }
}

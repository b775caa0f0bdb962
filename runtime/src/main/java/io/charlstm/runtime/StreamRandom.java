package io.charlstm.runtime;

/**
 * Counter-based uniform random numbers for drawing tokens: a number depends only on the stream's
 * seed and on how many were drawn since its reset, so texts repeat whatever the backend, the number
 * of streams or the number of tokens asked for at a time.
 */
public final class StreamRandom {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private StreamRandom() {}

  /**
   * A number in [0,1), a multiple of 2^-53.
   *
   * @param seed key of the stream
   * @param index draws since the stream's reset, from 0
   */
  public static double uniform(long seed, long index) {
    // Keys are mixed first, so that neighbouring seeds don't give shifted copies of one sequence.
    return (mix(mix(seed + GOLDEN) + GOLDEN * (index + 1)) >>> 11) * 0x1p-53;
  }

  // The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}

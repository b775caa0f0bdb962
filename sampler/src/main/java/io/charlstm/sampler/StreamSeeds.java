package io.charlstm.sampler;

/** Seeds of a generator's streams. */
final class StreamSeeds {
  private StreamSeeds() {}

  /** The seed of one stream; stream 0 has the generator's own, so it writes the single text. */
  static long of(long seed, int stream) {
    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014), which maps 0 to 0.
    long z = stream * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return seed ^ z ^ (z >>> 31);
  }
}

package io.charlstm.data;

import java.util.SplittableRandom;

/** Random orders that follow from a seed and an epoch alone. */
final class EpochOrder {
  private EpochOrder() {}

  /** The random numbers of an epoch. */
  static SplittableRandom random(long seed, long epoch) {
    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014), so that neighbouring seeds and epochs
    // have nothing in common.
    long z = seed + 0x9E3779B97F4A7C15L * (epoch + 1);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return new SplittableRandom(z ^ (z >>> 31));
  }

  /** Writes 0 to n-1 in random order (Fisher and Yates). */
  static void shuffle(int[] values, SplittableRandom random) {
    for (int i = 0; i < values.length; i++) {
      int j = random.nextInt(i + 1);
      values[i] = values[j];
      values[j] = i;
    }
  }

  /** Writes 0 to n-1. */
  static void natural(int[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
  }
}

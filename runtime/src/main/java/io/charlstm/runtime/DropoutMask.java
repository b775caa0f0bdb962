package io.charlstm.runtime;

/**
 * Counter-based dropout masks: whether an element is kept depends only on the seed, the step, the
 * place in the network and the element's index, so every backend draws the same masks, for any
 * number of threads, and a resumed run goes on with the masks it would have drawn.
 */
public final class DropoutMask {
  /** Place of the mask on the embedded input; {@code 1 + l} is the one on layer l's output. */
  public static final int INPUT_SITE = 0;

  /** Places of the masks on recurrent weights follow from here; no network is that deep. */
  private static final int WEIGHT_SITES = 1 << 16;

  private DropoutMask() {}

  /** Place of the mask on {@code weight_hh} of a layer. */
  public static int weightSite(int layer) {
    return WEIGHT_SITES + layer;
  }

  /** Mixes seed, step and site into the key of one mask. */
  public static long key(long seed, long step, int site) {
    return mix(mix(seed + 0x9E3779B97F4A7C15L * (step + 1)) + 0xD1B54A32D192ED03L * (site + 1));
  }

  /** Threshold for {@link #keeps}: the keep probability scaled to 2^31. */
  public static int keepThreshold(double dropout) {
    return (int) Math.round((1 - dropout) * 0x1p31 - 0.5);
  }

  /**
   * Whether element {@code index} is kept.
   *
   * @param index below 2^32: position in the time-major tensor (T,B,width), (t*B + b)*width + j;
   *     with masks that all steps share, b*width + j; in {@code weight_hh} (4H,H), column*4H + row
   */
  public static boolean keeps(long key, long index, int threshold) {
    return hash((int) key, (int) (key >>> 32), (int) index) >>> 1 < threshold;
  }

  /** A 32-bit integer hash (two multiply-xorshift rounds), cheap enough for vector lanes. */
  static int hash(int keyLow, int keyHigh, int index) {
    int x = index ^ keyLow;
    x *= 0x9E3779B1;
    x ^= x >>> 15;
    x += keyHigh;
    x *= 0x85EBCA6B;
    x ^= x >>> 13;
    x *= 0xC2B2AE35;
    x ^= x >>> 16;
    return x;
  }

  // The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}

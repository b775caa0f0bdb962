package io.charlstm.runtime.onednn.decode;

import io.charlstm.runtime.kernels.Floats;

/**
 * Panels of bfloat16, two weights in 32 bits: of gates i and f, or g and o, of one unit. The lower
 * one is a bfloat16, rounded to nearest. The upper one is read without masking the lower one off,
 * which saves a quarter of the work: so the lower bits belong to its value, and its upper 16 bits
 * are chosen so that the whole comes nearest to the weight. The relative error of both is at most
 * about 2^-8, that of rounding to bfloat16; only where the exponent changes, the upper one may be
 * off by up to twice what rounding would be off there.
 */
final class BfloatPanels {
  private static final int BITS = 16;
  private static final int ROUNDING = 0x7fff;

  /** Upper bits of 2^-60 and of its negative. */
  private static final int TINY = 0x2180;

  private static final int SIGN = 0x8000;

  /** Upper bits of the largest finite numbers. */
  private static final int LARGEST = 0x7f7f;

  private BfloatPanels() {}

  static long bytes(int lanes, int k) {
    return 2L * DecoderKernels.PANEL_VECTORS * lanes * k;
  }

  static void encode(float[] rows, int k, int lanes, long to) {
    int panel = DecoderKernels.PANEL_VECTORS * lanes;
    long address = to;
    for (int vector = 0; vector < k * panel; vector += 2 * lanes) {
      for (int lane = vector; lane < vector + lanes; lane++) {
        Floats.setInt(address, pair(rows[lane], rows[lane + lanes]));
        address += Integer.BYTES;
      }
    }
  }

  /** Both weights as one word. */
  static int pair(float lower, float upper) {
    int low = rounded(lower);
    return (upper(upper, low) << BITS) | low;
  }

  /** Upper half of a float, rounded to nearest, halves to even; NaN stays NaN. */
  private static int rounded(float value) {
    int bits = Float.floatToIntBits(value);
    if (Float.isNaN(value)) {
      return bits >>> BITS;
    }
    return (bits + ROUNDING + ((bits >>> BITS) & 1)) >>> BITS;
  }

  // The neighbours of the upper half are the candidates; the sign stays. Zero and what is near it
  // become 2^-60: the lower half alone would be a denormal number, which some processors take
  // long to multiply.
  private static int upper(float value, int low) {
    int high = Float.floatToIntBits(value) >>> BITS;
    int sign = high & SIGN;
    int magnitude = high & ~SIGN;
    if (magnitude < TINY) {
      return sign | TINY;
    }
    int best = magnitude;
    double distance = Double.POSITIVE_INFINITY;
    for (int near = magnitude - 1; near <= Math.min(magnitude + 1, LARGEST); near++) {
      double off = Math.abs((double) Float.intBitsToFloat(((sign | near) << BITS) | low) - value);
      if (off < distance) {
        distance = off;
        best = near;
      }
    }
    return sign | best;
  }

  static float lower(int pair) {
    return Float.intBitsToFloat(pair << BITS);
  }

  static float upper(int pair) {
    return Float.intBitsToFloat(pair);
  }
}

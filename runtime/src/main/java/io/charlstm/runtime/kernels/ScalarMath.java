package io.charlstm.runtime.kernels;

/**
 * exp, sigmoid and tanh of one float, by the same operations as the vector loops, so that tails of
 * vector loops and plain loops give the same bits.
 *
 * <p>exp: x = n ln2 + r with |r| at most ln2/2, a polynomial of degree 7 in r, and n added to the
 * exponent; coefficients of Moshier's Cephes expf. Relative error below 2e-7 for |x| up to 87,
 * beyond that the value at 87. NaN stays NaN.
 */
public final class ScalarMath {
  static final float LIMIT = 87f;
  static final float LOG2_E = 1.442695f;
  static final float LN2_HIGH = 355f / 512;
  static final float LN2_LOW = -2.1219444e-4f;

  /** 1.5 * 2^23: adding it leaves the rounded integer in the low mantissa bits. */
  static final float ROUNDER = 12582912f;

  static final float P0 = 1.9875691e-4f;
  static final float P1 = 1.3981999e-3f;
  static final float P2 = 8.333452e-3f;
  static final float P3 = 4.1665796e-2f;
  static final float P4 = 1.6666666e-1f;
  static final float P5 = 0.5f;

  private ScalarMath() {}

  public static float exp(float value) {
    float x = Math.min(Math.max(value, -LIMIT), LIMIT);
    float shifted = Math.fma(x, LOG2_E, ROUNDER);
    float n = shifted - ROUNDER;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
    float p = Math.fma(P0, r, P1);
    p = Math.fma(p, r, P2);
    p = Math.fma(p, r, P3);
    p = Math.fma(p, r, P4);
    p = Math.fma(p, r, P5);
    p = Math.fma(p, r * r, r) + 1f;
    int exponent = Float.floatToRawIntBits(shifted) << 23;
    return Float.intBitsToFloat(Float.floatToRawIntBits(p) + exponent);
  }

  /**
   * {@code gain / (1 + exp(scale * x)) + offset}: sigmoid with (-1, 1, 0), tanh with (-2, 2, -1).
   */
  static float logistic(float x, float scale, float gain, float offset) {
    return gain / (exp(x * scale) + 1f) + offset;
  }

  public static float sigmoid(float x) {
    return logistic(x, -1f, 1f, 0f);
  }

  public static float tanh(float x) {
    return logistic(x, -2f, 2f, -1f);
  }
}

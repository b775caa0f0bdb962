package io.charlstm.runtime.kernels;

/**
 * exp, sigmoid and tanh of one float, by the same operations as the vector loops, so that tails of
 * vector loops and plain loops give the same bits.
 *
 * <p>exp: x = n ln2 + r with |r| at most ln2/2, a polynomial of degree 7 in r, and n added to the
 * exponent; coefficients of Moshier's Cephes expf. Relative error below 2e-7 for |x| up to 87,
 * beyond that the value at 87. NaN stays NaN.
 *
 * <p>The logistic functions have an exponential of their own, 2^u with u = n + f: it does without
 * the exact product by ln2, whose error counts for large u only, where it no longer matters to 1 +
 * 2^u or its reciprocal. Its polynomial of degree 6 is the minimax one of 2^f for |f| up to 1/2
 * (Remez's algorithm; relative error 2e-9). Absolute error of sigmoid and tanh below 2e-7.
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

  /** Bound of u, beyond which 2^u is taken for that at the bound. */
  static final float POWER_LIMIT = 126f;

  static final float Q0 = 1.5345812e-4f;
  static final float Q1 = 1.3399931e-3f;
  static final float Q2 = 9.618489e-3f;
  static final float Q3 = 5.5503286e-2f;
  static final float Q4 = 2.4022646e-1f;
  static final float Q5 = 6.931472e-1f;

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

  /** {@code m / (1 + exp(-m x)) + 1 - m}: sigmoid for m = 1, tanh for m = 2. */
  static float logistic(float x, float m) {
    float u = x * (-m * LOG2_E);
    u = u > POWER_LIMIT ? POWER_LIMIT : u;
    u = u < -POWER_LIMIT ? -POWER_LIMIT : u;
    float shifted = u + ROUNDER;
    float f = u - (shifted - ROUNDER);
    float p = Math.fma(Q0, f, Q1);
    p = Math.fma(p, f, Q2);
    p = Math.fma(p, f, Q3);
    p = Math.fma(p, f, Q4);
    p = Math.fma(p, f, Q5);
    p = Math.fma(p, f, 1f);
    int exponent = Float.floatToRawIntBits(shifted) << 23;
    float power = Float.intBitsToFloat(Float.floatToRawIntBits(p) + exponent);
    return m / (power + 1f) + (1 - m);
  }

  public static float sigmoid(float x) {
    return logistic(x, 1f);
  }

  public static float tanh(float x) {
    return logistic(x, 2f);
  }
}

package io.charlstm.runtime.onednn.decode;

import static io.charlstm.runtime.kernels.Floats.get;
import static io.charlstm.runtime.kernels.Floats.set;

import io.charlstm.runtime.kernels.ScalarMath;

/**
 * The inner loops without the Vector API, for applications that don't add the incubator module. The
 * same operations in the same order as {@link VectorKernels}, so the results have the same bits.
 */
final class PlainKernels implements DecoderKernels {
  private static final int LANES = 4;
  private static final int PANEL = PANEL_VECTORS * LANES;
  private static final long PB = PANEL * 4L;

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public void multiplyRow(
      long weights, int panels, long x, int k, long init, long initStride, long out) {
    for (int p = 0; p < panels; p++) {
      onePanel(weights + PB * p * k, x, k, init + p * initStride, out + p * PB);
    }
  }

  // Eight columns at a time: independent sums keep the multipliers busy, and stay in registers.
  private static void onePanel(long w, long x, int k, long init, long out) {
    for (long column = 0; column < PB; column += 32) {
      eightColumns(w + column, x, k, init + column, out + column);
    }
  }

  private static void eightColumns(long w, long x, int k, long init, long out) {
    float a0 = get(init);
    float a1 = get(init + 4);
    float a2 = get(init + 8);
    float a3 = get(init + 12);
    float a4 = get(init + 16);
    float a5 = get(init + 20);
    float a6 = get(init + 24);
    float a7 = get(init + 28);
    for (int j = 0; j < k; j++) {
      float v = get(x + 4L * j);
      long q = w + j * PB;
      a0 = Math.fma(get(q), v, a0);
      a1 = Math.fma(get(q + 4), v, a1);
      a2 = Math.fma(get(q + 8), v, a2);
      a3 = Math.fma(get(q + 12), v, a3);
      a4 = Math.fma(get(q + 16), v, a4);
      a5 = Math.fma(get(q + 20), v, a5);
      a6 = Math.fma(get(q + 24), v, a6);
      a7 = Math.fma(get(q + 28), v, a7);
    }
    set(out, a0);
    set(out + 4, a1);
    set(out + 8, a2);
    set(out + 12, a3);
    set(out + 16, a4);
    set(out + 20, a5);
    set(out + 24, a6);
    set(out + 28, a7);
  }

  @Override
  public void multiplyTile(
      long weights,
      long x0,
      long x1,
      long x2,
      long x3,
      int k,
      long init,
      long initStride,
      long out,
      long outStride) {
    onePanel(weights, x0, k, init, out);
    onePanel(weights, x1, k, init + initStride, out + outStride);
    onePanel(weights, x2, k, init + 2 * initStride, out + 2 * outStride);
    onePanel(weights, x3, k, init + 3 * initStride, out + 3 * outStride);
  }

  @Override
  public void activate(long values, long addend, int vectors) {
    for (long at = 0; at < 4L * vectors * LANES; at += 4) {
      float z = get(values + at) + get(addend + at);
      set(values + at, 1f / (ScalarMath.exp(-z) + 1f));
    }
  }

  @Override
  public void cell(long gates, long c, long h, int groups) {
    for (int i = 0; i < groups * LANES; i++) {
      long g = gates + i / LANES * PB + i % LANES * 4L;
      float candidate = get(g + 8L * LANES);
      candidate = candidate + candidate - 1f;
      float cell = Math.fma(get(g + 4L * LANES), get(c + 4L * i), get(g) * candidate);
      set(c + 4L * i, cell);
      float e = ScalarMath.exp(cell + cell) + 1f;
      set(h + 4L * i, get(g + 12L * LANES) * (1f - 2f / e));
    }
  }

  @Override
  public float max(long values, int vectors) {
    float m = get(values);
    for (int i = 1; i < vectors * LANES; i++) {
      m = Math.max(m, get(values + 4L * i));
    }
    return m;
  }

  @Override
  public void exponentials(long values, float shift, float scale, long out, int vectors) {
    for (long at = 0; at < 4L * vectors * LANES; at += 4) {
      float x = (get(values + at) - shift) * scale;
      set(out + at, x < LOWEST_EXPONENT ? 0f : ScalarMath.exp(x));
    }
  }
}

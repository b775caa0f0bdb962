package io.charlstm.runtime.onednn.decode;

import static io.charlstm.runtime.kernels.Floats.get;

import io.charlstm.runtime.kernels.ScalarMath;

/**
 * The inner loops without the Vector API, for applications that don't add the incubator module. The
 * same operations in the same order as {@link VectorDecoderKernels}, so the results have the same
 * bits.
 */
final class PlainDecoderKernels implements DecoderKernels {
  private static final int LANES = 4;
  private static final int PANEL = PANEL_VECTORS * LANES;

  /** Bytes of a panel row. */
  private static final long PB = 4L * PANEL;

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public void multiplyRow(
      long weights, int panels, float[] x, int xAt, int k, float[] out, int outAt) {
    for (int p = 0; p < panels; p++) {
      onePanel(weights + PB * p * k, x, xAt, k, out, outAt + p * PANEL);
    }
  }

  // Eight columns at a time: independent sums keep the multipliers busy, and stay in registers.
  private static void onePanel(long w, float[] x, int xAt, int k, float[] out, int outAt) {
    for (int column = 0; column < PANEL; column += 8) {
      eightColumns(w + 4L * column, x, xAt, k, out, outAt + column);
    }
  }

  private static void eightColumns(long w, float[] x, int xAt, int k, float[] out, int outAt) {
    float a0 = 0;
    float a1 = 0;
    float a2 = 0;
    float a3 = 0;
    float a4 = 0;
    float a5 = 0;
    float a6 = 0;
    float a7 = 0;
    for (int j = 0; j < k; j++) {
      float v = x[xAt + j];
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
    out[outAt] = a0;
    out[outAt + 1] = a1;
    out[outAt + 2] = a2;
    out[outAt + 3] = a3;
    out[outAt + 4] = a4;
    out[outAt + 5] = a5;
    out[outAt + 6] = a6;
    out[outAt + 7] = a7;
  }

  @Override
  public void multiplyTile(
      long weights,
      float[] x,
      int x0,
      int x1,
      int x2,
      int x3,
      int k,
      float[] out,
      int outAt,
      int outStride) {
    onePanel(weights, x, x0, k, out, outAt);
    onePanel(weights, x, x1, k, out, outAt + outStride);
    onePanel(weights, x, x2, k, out, outAt + 2 * outStride);
    onePanel(weights, x, x3, k, out, outAt + 3 * outStride);
  }

  @Override
  public void add(float[] values, int at, long addend, int vectors) {
    for (int i = 0; i < vectors * LANES; i++) {
      values[at + i] += get(addend + 4L * i);
    }
  }

  @Override
  public void activate(float[] values, int at, long addend, int vectors) {
    for (int i = 0; i < vectors * LANES; i++) {
      values[at + i] = ScalarMath.sigmoid(values[at + i] + get(addend + 4L * i));
    }
  }

  @Override
  public void activateSum(
      float[] values, int at, float[] more, int moreAt, long addend, int vectors) {
    for (int i = 0; i < vectors * LANES; i++) {
      float sum = values[at + i] + more[moreAt + i];
      values[at + i] = ScalarMath.sigmoid(sum + get(addend + 4L * i));
    }
  }

  @Override
  public void updateCell(float[] gates, int at, float[] c, int cAt, int groups) {
    for (int i = 0; i < groups * LANES; i++) {
      int g = gateOf(at, i);
      float s = gates[g + 2 * LANES];
      float in = gates[g] * (s + s - 1f);
      c[cAt + i] = Math.fma(gates[g + LANES], c[cAt + i], in);
    }
  }

  @Override
  public void hidden(float[] gates, int at, float[] c, int cAt, float[] h, int hAt, int groups) {
    for (int i = 0; i < groups * LANES; i++) {
      float cell = c[cAt + i];
      float tanh = 1f - 2f / (ScalarMath.exp(cell + cell) + 1f);
      h[hAt + i] = gates[gateOf(at, i) + 3 * LANES] * tanh;
    }
  }

  /** Index of gate i of a unit. */
  private static int gateOf(int at, int unit) {
    return at + unit / LANES * PANEL + unit % LANES;
  }

  @Override
  public float max(float[] values, int at, int vectors) {
    float m = values[at];
    for (int i = 1; i < vectors * LANES; i++) {
      m = Math.max(m, values[at + i]);
    }
    return m;
  }

  @Override
  public void exponentials(
      float[] values, int at, float shift, float scale, float[] out, int vectors) {
    for (int i = 0; i < vectors * LANES; i++) {
      float x = (values[at + i] - shift) * scale;
      out[i] = x < LOWEST_EXPONENT ? 0f : ScalarMath.exp(x);
    }
  }
}

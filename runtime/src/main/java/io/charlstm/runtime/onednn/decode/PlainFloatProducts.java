package io.charlstm.runtime.onednn.decode;

import static io.charlstm.runtime.kernels.Floats.get;

import io.charlstm.runtime.kernels.Floats;

/** Products with float32 weights without the Vector API. */
final class PlainFloatProducts implements PanelProducts {
  /** Floats in a panel row. */
  private final int panel;

  /** Bytes of a panel row. */
  private final long rowBytes;

  PlainFloatProducts(int lanes) {
    panel = DecoderKernels.PANEL_VECTORS * lanes;
    rowBytes = 4L * panel;
  }

  @Override
  public long panelBytes(int k) {
    return rowBytes * k;
  }

  @Override
  public void encode(float[] rows, int k, long to) {
    Floats.write(to, rows, 0, k * panel);
  }

  @Override
  public void multiplyRow(
      long weights, int panels, float[] x, int xAt, int k, float[] out, int outAt) {
    for (int p = 0; p < panels; p++) {
      onePanel(weights + panelBytes(k) * p, x, xAt, 1, k, out, outAt + p * panel);
    }
  }

  @Override
  public void multiplyTile(
      long weights, float[] x, int xAt, int rows, int k, float[] out, int outAt, int outStride) {
    for (int r = 0; r < rows; r++) {
      onePanel(weights, x, xAt + r, rows, k, out, outAt + r * outStride);
    }
  }

  // Eight columns at a time: independent sums keep the multipliers busy, and stay in registers.
  private void onePanel(long w, float[] x, int xAt, int step, int k, float[] out, int outAt) {
    for (int column = 0; column < panel; column += 8) {
      eightColumns(w + 4L * column, x, xAt, step, k, out, outAt + column);
    }
  }

  private void eightColumns(long w, float[] x, int xAt, int step, int k, float[] out, int outAt) {
    float a0 = 0;
    float a1 = 0;
    float a2 = 0;
    float a3 = 0;
    float a4 = 0;
    float a5 = 0;
    float a6 = 0;
    float a7 = 0;
    for (int j = 0; j < k; j++) {
      float v = x[xAt + j * step];
      long q = w + j * rowBytes;
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
}

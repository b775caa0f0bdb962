package io.charlstm.runtime.onednn.decode;

import static io.charlstm.runtime.kernels.Floats.getInt;
import static io.charlstm.runtime.onednn.decode.BfloatPanels.lower;
import static io.charlstm.runtime.onednn.decode.BfloatPanels.upper;

/** Products with weights in the format of {@link BfloatPanels} without the Vector API. */
final class PlainBfloatProducts implements PanelProducts {
  private final int lanes;

  /** Floats in a panel row. */
  private final int panel;

  /** Bytes of a panel row. */
  private final long rowBytes;

  PlainBfloatProducts(int lanes) {
    this.lanes = lanes;
    panel = DecoderKernels.PANEL_VECTORS * lanes;
    rowBytes = 2L * panel;
  }

  @Override
  public long panelBytes(int k) {
    return rowBytes * k;
  }

  @Override
  public void encode(float[] rows, int k, long to) {
    BfloatPanels.encode(rows, k, lanes, to);
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

  private void onePanel(long w, float[] x, int xAt, int step, int k, float[] out, int outAt) {
    for (int lane = 0; lane < lanes; lane += 4) {
      fourPairs(w + 4L * lane, x, xAt, step, k, out, outAt + lane);
      fourPairs(w + 4L * (lanes + lane), x, xAt, step, k, out, outAt + 2 * lanes + lane);
    }
  }

  private void fourPairs(long w, float[] x, int xAt, int step, int k, float[] out, int outAt) {
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
      int pair = getInt(q);
      a0 = Math.fma(lower(pair), v, a0);
      a4 = Math.fma(upper(pair), v, a4);
      pair = getInt(q + 4);
      a1 = Math.fma(lower(pair), v, a1);
      a5 = Math.fma(upper(pair), v, a5);
      pair = getInt(q + 8);
      a2 = Math.fma(lower(pair), v, a2);
      a6 = Math.fma(upper(pair), v, a6);
      pair = getInt(q + 12);
      a3 = Math.fma(lower(pair), v, a3);
      a7 = Math.fma(upper(pair), v, a7);
    }
    out[outAt] = a0;
    out[outAt + 1] = a1;
    out[outAt + 2] = a2;
    out[outAt + 3] = a3;
    out[outAt + lanes] = a4;
    out[outAt + lanes + 1] = a5;
    out[outAt + lanes + 2] = a6;
    out[outAt + lanes + 3] = a7;
  }
}

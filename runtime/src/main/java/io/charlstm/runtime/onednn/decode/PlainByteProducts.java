package io.charlstm.runtime.onednn.decode;

import static io.charlstm.runtime.kernels.Floats.getInt;
import static io.charlstm.runtime.onednn.decode.BytePanels.value;

import io.charlstm.runtime.kernels.Floats;

/** Products with weights in the format of {@link BytePanels} without the Vector API. */
final class PlainByteProducts implements PanelProducts {
  private final int lanes;

  /** Floats in a panel row. */
  private final int panel;

  /** Bytes of a panel row. */
  private final long rowBytes;

  /** Bytes of a panel's scales. */
  private final long scales;

  PlainByteProducts(int lanes) {
    this.lanes = lanes;
    panel = DecoderKernels.PANEL_VECTORS * lanes;
    rowBytes = 4L * lanes;
    scales = 4L * panel;
  }

  @Override
  public long panelBytes(int k) {
    return BytePanels.bytes(lanes, k);
  }

  @Override
  public void encode(float[] rows, int k, long to) {
    BytePanels.encode(rows, k, lanes, to);
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
    for (int lane = 0; lane < lanes; lane += 2) {
      float sum = twoLanes(w + scales + 4L * lane, x, xAt, step, k, out, outAt + lane);
      float offset = BytePanels.OFFSET * sum;
      for (int i = outAt + lane; i < outAt + panel; i += lanes) {
        long scale = w + 4L * (i - outAt);
        out[i] = (out[i] - offset) * Floats.get(scale);
        out[i + 1] = (out[i + 1] - offset) * Floats.get(scale + 4);
      }
    }
  }

  /** Gives the sum of the row. */
  private float twoLanes(long w, float[] x, int xAt, int step, int k, float[] out, int outAt) {
    float sum = 0;
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
      sum += v;
      long q = w + j * rowBytes;
      int word = getInt(q);
      a0 = Math.fma(value(word), v, a0);
      a2 = Math.fma(value(word << BytePanels.SHIFT), v, a2);
      a4 = Math.fma(value(word >>> BytePanels.SHIFT), v, a4);
      a6 = Math.fma(value(Integer.rotateLeft(word, BytePanels.ROTATION)), v, a6);
      word = getInt(q + 4);
      a1 = Math.fma(value(word), v, a1);
      a3 = Math.fma(value(word << BytePanels.SHIFT), v, a3);
      a5 = Math.fma(value(word >>> BytePanels.SHIFT), v, a5);
      a7 = Math.fma(value(Integer.rotateLeft(word, BytePanels.ROTATION)), v, a7);
    }
    out[outAt] = a0;
    out[outAt + 1] = a1;
    out[outAt + lanes] = a2;
    out[outAt + lanes + 1] = a3;
    out[outAt + 2 * lanes] = a4;
    out[outAt + 2 * lanes + 1] = a5;
    out[outAt + 3 * lanes] = a6;
    out[outAt + 3 * lanes + 1] = a7;
    return sum;
  }
}

package io.charlstm.runtime.onednn.decode;

import static io.charlstm.runtime.kernels.Floats.get;

import io.charlstm.runtime.kernels.ScalarMath;

/**
 * The inner loops without the Vector API, for applications that don't add the incubator module. The
 * same operations in the same order as {@link VectorDecoderKernels}, so the results have the same
 * bits.
 */
final class PlainDecoderKernels implements DecoderKernels {
  static final int LANES = 4;
  private static final int PANEL = PANEL_VECTORS * LANES;

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public PanelProducts products(WeightFormat format) {
    return switch (format) {
      case FLOAT32 -> new PlainFloatProducts();
      case BFLOAT16 -> new PlainBfloatProducts();
      case INT8 -> new PlainByteProducts();
    };
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
      float tanh = ScalarMath.tanh(cell);
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

package io.charlstm.runtime.onednn.decode;

import static io.charlstm.runtime.kernels.Floats.get;

import io.charlstm.runtime.kernels.ScalarMath;

/**
 * The inner loops without the Vector API, for applications that don't add the incubator module. The
 * same operations in the same order as {@link VectorDecoderKernels}, so the results have the same
 * bits.
 */
final class PlainDecoderKernels implements DecoderKernels {
  /** Floats that count as a vector where nothing else says how many. */
  private static final int DEFAULT_LANES = 4;

  private final int lanes;

  PlainDecoderKernels() {
    this(DEFAULT_LANES);
  }

  /** Kernels for what is packed for vectors of {@code lanes} floats. */
  PlainDecoderKernels(int lanes) {
    this.lanes = lanes;
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public PanelProducts products(WeightFormat format) {
    return switch (format) {
      case FLOAT32 -> new PlainFloatProducts(lanes);
      case BFLOAT16 -> new PlainBfloatProducts(lanes);
      case INT8 -> new PlainByteProducts(lanes);
    };
  }

  @Override
  public int tileRows(int left) {
    return 1;
  }

  @Override
  public void add(float[] values, int at, long addend, int vectors) {
    for (int i = 0; i < vectors * lanes; i++) {
      values[at + i] += get(addend + 4L * i);
    }
  }

  @Override
  public void activate(float[] values, int at, long addend, int vectors) {
    for (int i = 0; i < vectors * lanes; i++) {
      values[at + i] = ScalarMath.sigmoid(values[at + i] + get(addend + 4L * i));
    }
  }

  @Override
  public void activateSum(
      float[] values, int at, float[] more, int moreAt, long addend, int vectors) {
    for (int i = 0; i < vectors * lanes; i++) {
      float sum = values[at + i] + more[moreAt + i];
      values[at + i] = ScalarMath.sigmoid(sum + get(addend + 4L * i));
    }
  }

  @Override
  public void updateCell(float[] gates, int at, float[] c, int cAt, int groups) {
    for (int group = 0; group < groups; group++) {
      int panel = at + group * PANEL_VECTORS * lanes;
      int to = cAt + group * lanes;
      for (int i = 0; i < lanes; i++) {
        float s = gates[panel + 2 * lanes + i];
        float in = gates[panel + i] * (s + s - 1f);
        c[to + i] = Math.fma(gates[panel + lanes + i], c[to + i], in);
      }
    }
  }

  @Override
  public void hidden(float[] gates, int at, float[] c, int cAt, float[] h, int hAt, int groups) {
    for (int group = 0; group < groups; group++) {
      int output = at + (group * PANEL_VECTORS + 3) * lanes;
      int unit = group * lanes;
      for (int i = 0; i < lanes; i++) {
        float tanh = ScalarMath.tanh(c[cAt + unit + i]);
        h[hAt + unit + i] = gates[output + i] * tanh;
      }
    }
  }

  @Override
  public float max(float[] values, int at, int vectors) {
    float m = values[at];
    for (int i = 1; i < vectors * lanes; i++) {
      m = Math.max(m, values[at + i]);
    }
    return m;
  }

  @Override
  public void exponentials(
      float[] values, int at, float shift, float scale, float[] out, int vectors) {
    for (int i = 0; i < vectors * lanes; i++) {
      float x = (values[at + i] - shift) * scale;
      out[i] = x < LOWEST_EXPONENT ? 0f : ScalarMath.exp(x);
    }
  }
}

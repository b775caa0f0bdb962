package io.charlstm.runtime.onednn.decode;

import static io.charlstm.runtime.kernels.VectorMath.exp;
import static io.charlstm.runtime.kernels.VectorMath.load;

import io.charlstm.runtime.kernels.VectorMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops on the Vector API. Each method is one small loop: C2 stops inlining at a number
 * of graph nodes, and a vector that is passed to a call left over is allocated. Accesses of native
 * memory are the most expensive in nodes, so only the weights lie there.
 */
final class VectorDecoderKernels implements DecoderKernels {
  private static final VectorSpecies<Float> SPECIES = VectorMath.SPECIES;
  private static final int LANES = VectorMath.LANES;

  /**
   * Whether there are 16 vector registers, as on x86 with vectors of 256 bits, not 32: products of
   * more panels or rows at once than these hold would keep their sums in memory.
   */
  static final boolean FEW_REGISTERS = LANES == 8;

  /** Floats in a panel row. */
  private static final int PANEL = PANEL_VECTORS * LANES;

  /** Bytes of a vector. */
  private static final long VB = VectorMath.BYTES;

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public PanelProducts products(WeightFormat format) {
    return switch (format) {
      case FLOAT32 -> new VectorFloatProducts();
      case BFLOAT16 -> new VectorBfloatProducts();
      case INT8 -> new VectorByteProducts();
    };
  }

  // Four rows are 16 sums; where registers are few a tile takes half a panel at a time.
  @Override
  public int tileRows(int left) {
    return left >= 4 ? 4 : left >= 2 && FEW_REGISTERS ? 2 : 1;
  }

  @Override
  public void add(float[] values, int at, long addend, int vectors) {
    for (int i = 0; i < vectors; i++) {
      int to = at + i * LANES;
      array(values, to).add(load(addend + i * VB)).intoArray(values, to);
    }
  }

  @Override
  public void activate(float[] values, int at, long addend, int vectors) {
    for (int i = 0; i < vectors; i++) {
      int to = at + i * LANES;
      VectorMath.sigmoid(array(values, to).add(load(addend + i * VB))).intoArray(values, to);
    }
  }

  @Override
  public void activateSum(
      float[] values, int at, float[] more, int moreAt, long addend, int vectors) {
    for (int i = 0; i < vectors; i++) {
      int to = at + i * LANES;
      FloatVector sum = array(values, to).add(array(more, moreAt + i * LANES));
      VectorMath.sigmoid(sum.add(load(addend + i * VB))).intoArray(values, to);
    }
  }

  static FloatVector array(float[] values, int at) {
    return FloatVector.fromArray(SPECIES, values, at);
  }

  static void store(float[] out, int at, FloatVector v0, FloatVector v1) {
    v0.intoArray(out, at);
    v1.intoArray(out, at + LANES);
  }

  static void store(
      float[] out, int at, FloatVector v0, FloatVector v1, FloatVector v2, FloatVector v3) {
    v0.intoArray(out, at);
    v1.intoArray(out, at + LANES);
    v2.intoArray(out, at + 2 * LANES);
    v3.intoArray(out, at + 3 * LANES);
  }

  @Override
  public void updateCell(float[] gates, int at, float[] c, int cAt, int groups) {
    for (int i = 0; i < groups; i++) {
      int g = at + i * PANEL;
      int to = cAt + i * LANES;
      FloatVector s = array(gates, g + 2 * LANES);
      FloatVector in = array(gates, g).mul(s.add(s).sub(1f));
      array(gates, g + LANES).fma(array(c, to), in).intoArray(c, to);
    }
  }

  @Override
  public void hidden(float[] gates, int at, float[] c, int cAt, float[] h, int hAt, int groups) {
    for (int i = 0; i < groups; i++) {
      FloatVector cell = array(c, cAt + i * LANES);
      FloatVector output = array(gates, at + i * PANEL + 3 * LANES);
      output.mul(VectorMath.tanh(cell)).intoArray(h, hAt + i * LANES);
    }
  }

  @Override
  public float max(float[] values, int at, int vectors) {
    FloatVector m = array(values, at);
    for (int i = 1; i < vectors; i++) {
      m = m.max(array(values, at + i * LANES));
    }
    return m.reduceLanes(VectorOperators.MAX);
  }

  @Override
  public void exponentials(
      float[] values, int at, float shift, float scale, float[] out, int vectors) {
    for (int i = 0; i < vectors; i++) {
      FloatVector x = array(values, at + i * LANES).sub(shift).mul(scale);
      exp(x).blend(0f, x.lt(LOWEST_EXPONENT)).intoArray(out, i * LANES);
    }
  }
}

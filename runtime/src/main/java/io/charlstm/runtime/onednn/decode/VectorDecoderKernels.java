package io.charlstm.runtime.onednn.decode;

import static io.charlstm.runtime.kernels.VectorMath.broadcast;
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

  /** Floats in a panel row. */
  private static final int PANEL = PANEL_VECTORS * LANES;

  /** Bytes of a vector. */
  private static final long VB = VectorMath.BYTES;

  /** Bytes of a panel row. */
  private static final long PB = PANEL_VECTORS * VB;

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public void multiplyRow(
      long weights, int panels, float[] x, int xAt, int k, float[] out, int outAt) {
    long panel = PB * k;
    long w = weights;
    int to = outAt;
    int p = 0;
    for (; p + 3 <= panels; p += 3) {
      threePanels(w, panel, x, xAt, k, out, to);
      w += 3 * panel;
      to += 3 * PANEL;
    }
    if (p + 2 <= panels) {
      twoPanels(w, panel, x, xAt, k, out, to);
    } else if (p < panels) {
      onePanel(w, x, xAt, k, out, to);
    }
  }

  private static void onePanel(long w, float[] x, int xAt, int k, float[] out, int outAt) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = FloatVector.zero(SPECIES);
    FloatVector a2 = FloatVector.zero(SPECIES);
    FloatVector a3 = FloatVector.zero(SPECIES);
    for (int j = 0; j < k; j++) {
      FloatVector v = broadcast(x[xAt + j]);
      long q = w + j * PB;
      a0 = load(q).fma(v, a0);
      a1 = load(q + VB).fma(v, a1);
      a2 = load(q + 2 * VB).fma(v, a2);
      a3 = load(q + 3 * VB).fma(v, a3);
    }
    a0.intoArray(out, outAt);
    a1.intoArray(out, outAt + LANES);
    a2.intoArray(out, outAt + 2 * LANES);
    a3.intoArray(out, outAt + 3 * LANES);
  }

  private static void twoPanels(
      long w, long panel, float[] x, int xAt, int k, float[] out, int outAt) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = FloatVector.zero(SPECIES);
    FloatVector a2 = FloatVector.zero(SPECIES);
    FloatVector a3 = FloatVector.zero(SPECIES);
    FloatVector b0 = FloatVector.zero(SPECIES);
    FloatVector b1 = FloatVector.zero(SPECIES);
    FloatVector b2 = FloatVector.zero(SPECIES);
    FloatVector b3 = FloatVector.zero(SPECIES);
    for (int j = 0; j < k; j++) {
      FloatVector v = broadcast(x[xAt + j]);
      long q = w + j * PB;
      a0 = load(q).fma(v, a0);
      a1 = load(q + VB).fma(v, a1);
      a2 = load(q + 2 * VB).fma(v, a2);
      a3 = load(q + 3 * VB).fma(v, a3);
      q += panel;
      b0 = load(q).fma(v, b0);
      b1 = load(q + VB).fma(v, b1);
      b2 = load(q + 2 * VB).fma(v, b2);
      b3 = load(q + 3 * VB).fma(v, b3);
    }
    a0.intoArray(out, outAt);
    a1.intoArray(out, outAt + LANES);
    a2.intoArray(out, outAt + 2 * LANES);
    a3.intoArray(out, outAt + 3 * LANES);
    b0.intoArray(out, outAt + 4 * LANES);
    b1.intoArray(out, outAt + 5 * LANES);
    b2.intoArray(out, outAt + 6 * LANES);
    b3.intoArray(out, outAt + 7 * LANES);
  }

  private static void threePanels(
      long w, long panel, float[] x, int xAt, int k, float[] out, int outAt) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = FloatVector.zero(SPECIES);
    FloatVector a2 = FloatVector.zero(SPECIES);
    FloatVector a3 = FloatVector.zero(SPECIES);
    FloatVector b0 = FloatVector.zero(SPECIES);
    FloatVector b1 = FloatVector.zero(SPECIES);
    FloatVector b2 = FloatVector.zero(SPECIES);
    FloatVector b3 = FloatVector.zero(SPECIES);
    FloatVector c0 = FloatVector.zero(SPECIES);
    FloatVector c1 = FloatVector.zero(SPECIES);
    FloatVector c2 = FloatVector.zero(SPECIES);
    FloatVector c3 = FloatVector.zero(SPECIES);
    for (int j = 0; j < k; j++) {
      FloatVector v = broadcast(x[xAt + j]);
      long q = w + j * PB;
      a0 = load(q).fma(v, a0);
      a1 = load(q + VB).fma(v, a1);
      a2 = load(q + 2 * VB).fma(v, a2);
      a3 = load(q + 3 * VB).fma(v, a3);
      q += panel;
      b0 = load(q).fma(v, b0);
      b1 = load(q + VB).fma(v, b1);
      b2 = load(q + 2 * VB).fma(v, b2);
      b3 = load(q + 3 * VB).fma(v, b3);
      q += panel;
      c0 = load(q).fma(v, c0);
      c1 = load(q + VB).fma(v, c1);
      c2 = load(q + 2 * VB).fma(v, c2);
      c3 = load(q + 3 * VB).fma(v, c3);
    }
    a0.intoArray(out, outAt);
    a1.intoArray(out, outAt + LANES);
    a2.intoArray(out, outAt + 2 * LANES);
    a3.intoArray(out, outAt + 3 * LANES);
    b0.intoArray(out, outAt + 4 * LANES);
    b1.intoArray(out, outAt + 5 * LANES);
    b2.intoArray(out, outAt + 6 * LANES);
    b3.intoArray(out, outAt + 7 * LANES);
    c0.intoArray(out, outAt + 8 * LANES);
    c1.intoArray(out, outAt + 9 * LANES);
    c2.intoArray(out, outAt + 10 * LANES);
    c3.intoArray(out, outAt + 11 * LANES);
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
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = FloatVector.zero(SPECIES);
    FloatVector a2 = FloatVector.zero(SPECIES);
    FloatVector a3 = FloatVector.zero(SPECIES);
    FloatVector b0 = FloatVector.zero(SPECIES);
    FloatVector b1 = FloatVector.zero(SPECIES);
    FloatVector b2 = FloatVector.zero(SPECIES);
    FloatVector b3 = FloatVector.zero(SPECIES);
    FloatVector c0 = FloatVector.zero(SPECIES);
    FloatVector c1 = FloatVector.zero(SPECIES);
    FloatVector c2 = FloatVector.zero(SPECIES);
    FloatVector c3 = FloatVector.zero(SPECIES);
    FloatVector d0 = FloatVector.zero(SPECIES);
    FloatVector d1 = FloatVector.zero(SPECIES);
    FloatVector d2 = FloatVector.zero(SPECIES);
    FloatVector d3 = FloatVector.zero(SPECIES);
    for (int j = 0; j < k; j++) {
      long q = weights + j * PB;
      FloatVector w0 = load(q);
      FloatVector w1 = load(q + VB);
      FloatVector w2 = load(q + 2 * VB);
      FloatVector w3 = load(q + 3 * VB);
      FloatVector v = broadcast(x[x0 + j]);
      a0 = w0.fma(v, a0);
      a1 = w1.fma(v, a1);
      a2 = w2.fma(v, a2);
      a3 = w3.fma(v, a3);
      v = broadcast(x[x1 + j]);
      b0 = w0.fma(v, b0);
      b1 = w1.fma(v, b1);
      b2 = w2.fma(v, b2);
      b3 = w3.fma(v, b3);
      v = broadcast(x[x2 + j]);
      c0 = w0.fma(v, c0);
      c1 = w1.fma(v, c1);
      c2 = w2.fma(v, c2);
      c3 = w3.fma(v, c3);
      v = broadcast(x[x3 + j]);
      d0 = w0.fma(v, d0);
      d1 = w1.fma(v, d1);
      d2 = w2.fma(v, d2);
      d3 = w3.fma(v, d3);
    }
    store(out, outAt, a0, a1, a2, a3);
    store(out, outAt + outStride, b0, b1, b2, b3);
    store(out, outAt + 2 * outStride, c0, c1, c2, c3);
    store(out, outAt + 3 * outStride, d0, d1, d2, d3);
  }

  private static void store(
      float[] out, int at, FloatVector v0, FloatVector v1, FloatVector v2, FloatVector v3) {
    v0.intoArray(out, at);
    v1.intoArray(out, at + LANES);
    v2.intoArray(out, at + 2 * LANES);
    v3.intoArray(out, at + 3 * LANES);
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
      sigmoid(array(values, to).add(load(addend + i * VB))).intoArray(values, to);
    }
  }

  @Override
  public void activateSum(
      float[] values, int at, float[] more, int moreAt, long addend, int vectors) {
    for (int i = 0; i < vectors; i++) {
      int to = at + i * LANES;
      FloatVector sum = array(values, to).add(array(more, moreAt + i * LANES));
      sigmoid(sum.add(load(addend + i * VB))).intoArray(values, to);
    }
  }

  private static FloatVector array(float[] values, int at) {
    return FloatVector.fromArray(SPECIES, values, at);
  }

  private static FloatVector sigmoid(FloatVector x) {
    return broadcast(1f).div(exp(x.neg()).add(1f));
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
      FloatVector tanh = broadcast(1f).sub(broadcast(2f).div(exp(cell.add(cell)).add(1f)));
      array(gates, at + i * PANEL + 3 * LANES).mul(tanh).intoArray(h, hAt + i * LANES);
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

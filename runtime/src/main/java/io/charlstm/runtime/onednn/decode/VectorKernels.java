package io.charlstm.runtime.onednn.decode;

import static io.charlstm.runtime.kernels.VectorMath.broadcast;
import static io.charlstm.runtime.kernels.VectorMath.exp;
import static io.charlstm.runtime.kernels.VectorMath.load;
import static io.charlstm.runtime.kernels.VectorMath.store;

import io.charlstm.runtime.kernels.Floats;
import io.charlstm.runtime.kernels.VectorMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The inner loops on the Vector API. Each method is one small loop: larger ones keep the compiler
 * from holding the vectors in registers, and then it allocates them.
 */
final class VectorKernels implements DecoderKernels {
  /** Bytes of a vector. */
  private static final long VB = VectorMath.BYTES;

  /** Bytes of a panel row. */
  private static final long PB = PANEL_VECTORS * VB;

  private static FloatVector spread(long address) {
    return broadcast(Floats.get(address));
  }

  @Override
  public int lanes() {
    return VectorMath.LANES;
  }

  @Override
  public void multiplyRow(
      long weights, int panels, long x, int k, long init, long initStride, long out) {
    long w = weights;
    long from = init;
    long to = out;
    int p = 0;
    for (; p + 3 <= panels; p += 3) {
      threePanels(w, k * PB, x, k, from, initStride, to);
      w += 3 * PB * k;
      from += 3 * initStride;
      to += 3 * PB;
    }
    if (p + 2 <= panels) {
      twoPanels(w, k * PB, x, k, from, initStride, to);
    } else if (p < panels) {
      onePanel(w, x, k, from, to);
    }
  }

  private static void onePanel(long w, long x, int k, long init, long out) {
    FloatVector a0 = load(init);
    FloatVector a1 = load(init + VB);
    FloatVector a2 = load(init + 2 * VB);
    FloatVector a3 = load(init + 3 * VB);
    for (int j = 0; j < k; j++) {
      FloatVector v = spread(x + 4L * j);
      long q = w + j * PB;
      a0 = load(q).fma(v, a0);
      a1 = load(q + VB).fma(v, a1);
      a2 = load(q + 2 * VB).fma(v, a2);
      a3 = load(q + 3 * VB).fma(v, a3);
    }
    store(a0, out);
    store(a1, out + VB);
    store(a2, out + 2 * VB);
    store(a3, out + 3 * VB);
  }

  private static void twoPanels(
      long w, long panel, long x, int k, long init, long initStride, long out) {
    long init1 = init + initStride;
    FloatVector a0 = load(init);
    FloatVector a1 = load(init + VB);
    FloatVector a2 = load(init + 2 * VB);
    FloatVector a3 = load(init + 3 * VB);
    FloatVector b0 = load(init1);
    FloatVector b1 = load(init1 + VB);
    FloatVector b2 = load(init1 + 2 * VB);
    FloatVector b3 = load(init1 + 3 * VB);
    for (int j = 0; j < k; j++) {
      FloatVector v = spread(x + 4L * j);
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
    store(a0, out);
    store(a1, out + VB);
    store(a2, out + 2 * VB);
    store(a3, out + 3 * VB);
    store(b0, out + PB);
    store(b1, out + PB + VB);
    store(b2, out + PB + 2 * VB);
    store(b3, out + PB + 3 * VB);
  }

  private static void threePanels(
      long w, long panel, long x, int k, long init, long initStride, long out) {
    long init1 = init + initStride;
    long init2 = init1 + initStride;
    FloatVector a0 = load(init);
    FloatVector a1 = load(init + VB);
    FloatVector a2 = load(init + 2 * VB);
    FloatVector a3 = load(init + 3 * VB);
    FloatVector b0 = load(init1);
    FloatVector b1 = load(init1 + VB);
    FloatVector b2 = load(init1 + 2 * VB);
    FloatVector b3 = load(init1 + 3 * VB);
    FloatVector c0 = load(init2);
    FloatVector c1 = load(init2 + VB);
    FloatVector c2 = load(init2 + 2 * VB);
    FloatVector c3 = load(init2 + 3 * VB);
    for (int j = 0; j < k; j++) {
      FloatVector v = spread(x + 4L * j);
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
    store(a0, out);
    store(a1, out + VB);
    store(a2, out + 2 * VB);
    store(a3, out + 3 * VB);
    store(b0, out + PB);
    store(b1, out + PB + VB);
    store(b2, out + PB + 2 * VB);
    store(b3, out + PB + 3 * VB);
    store(c0, out + 2 * PB);
    store(c1, out + 2 * PB + VB);
    store(c2, out + 2 * PB + 2 * VB);
    store(c3, out + 2 * PB + 3 * VB);
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
    long i1 = init + initStride;
    long i2 = i1 + initStride;
    long i3 = i2 + initStride;
    FloatVector a0 = load(init);
    FloatVector a1 = load(init + VB);
    FloatVector a2 = load(init + 2 * VB);
    FloatVector a3 = load(init + 3 * VB);
    FloatVector b0 = load(i1);
    FloatVector b1 = load(i1 + VB);
    FloatVector b2 = load(i1 + 2 * VB);
    FloatVector b3 = load(i1 + 3 * VB);
    FloatVector c0 = load(i2);
    FloatVector c1 = load(i2 + VB);
    FloatVector c2 = load(i2 + 2 * VB);
    FloatVector c3 = load(i2 + 3 * VB);
    FloatVector d0 = load(i3);
    FloatVector d1 = load(i3 + VB);
    FloatVector d2 = load(i3 + 2 * VB);
    FloatVector d3 = load(i3 + 3 * VB);
    for (int j = 0; j < k; j++) {
      long q = weights + j * PB;
      FloatVector w0 = load(q);
      FloatVector w1 = load(q + VB);
      FloatVector w2 = load(q + 2 * VB);
      FloatVector w3 = load(q + 3 * VB);
      FloatVector v = spread(x0 + 4L * j);
      a0 = w0.fma(v, a0);
      a1 = w1.fma(v, a1);
      a2 = w2.fma(v, a2);
      a3 = w3.fma(v, a3);
      v = spread(x1 + 4L * j);
      b0 = w0.fma(v, b0);
      b1 = w1.fma(v, b1);
      b2 = w2.fma(v, b2);
      b3 = w3.fma(v, b3);
      v = spread(x2 + 4L * j);
      c0 = w0.fma(v, c0);
      c1 = w1.fma(v, c1);
      c2 = w2.fma(v, c2);
      c3 = w3.fma(v, c3);
      v = spread(x3 + 4L * j);
      d0 = w0.fma(v, d0);
      d1 = w1.fma(v, d1);
      d2 = w2.fma(v, d2);
      d3 = w3.fma(v, d3);
    }
    storeRow(a0, a1, a2, a3, out);
    storeRow(b0, b1, b2, b3, out + outStride);
    storeRow(c0, c1, c2, c3, out + 2 * outStride);
    storeRow(d0, d1, d2, d3, out + 3 * outStride);
  }

  private static void storeRow(
      FloatVector v0, FloatVector v1, FloatVector v2, FloatVector v3, long out) {
    store(v0, out);
    store(v1, out + VB);
    store(v2, out + 2 * VB);
    store(v3, out + 3 * VB);
  }

  @Override
  public void activate(long values, long addend, int vectors) {
    FloatVector one = broadcast(1f);
    for (int i = 0; i < vectors; i++) {
      long at = i * VB;
      FloatVector z = load(values + at).add(load(addend + at));
      store(one.div(exp(z.neg()).add(one)), values + at);
    }
  }

  @Override
  public void cell(long gates, long c, long h, int groups) {
    FloatVector one = broadcast(1f);
    for (int i = 0; i < groups; i++) {
      long g = gates + i * PB;
      long at = i * VB;
      FloatVector candidate = load(g + 2 * VB).add(load(g + 2 * VB)).sub(one);
      FloatVector cell = load(g + VB).fma(load(c + at), load(g).mul(candidate));
      store(cell, c + at);
      FloatVector e = exp(cell.add(cell)).add(one);
      store(load(g + 3 * VB).mul(one.sub(broadcast(2f).div(e))), h + at);
    }
  }

  @Override
  public float max(long values, int vectors) {
    FloatVector m = load(values);
    for (int i = 1; i < vectors; i++) {
      m = m.max(load(values + i * VB));
    }
    return m.reduceLanes(VectorOperators.MAX);
  }

  @Override
  public void exponentials(long values, float shift, float scale, long out, int vectors) {
    FloatVector zero = broadcast(0f);
    for (int i = 0; i < vectors; i++) {
      long at = i * VB;
      FloatVector x = load(values + at).sub(shift).mul(scale);
      store(exp(x).blend(zero, x.lt(LOWEST_EXPONENT)), out + at);
    }
  }
}

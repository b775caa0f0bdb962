package io.charlstm.runtime.onednn.decode;

import static io.charlstm.runtime.kernels.VectorMath.broadcast;
import static io.charlstm.runtime.kernels.VectorMath.load;
import static io.charlstm.runtime.onednn.decode.VectorDecoderKernels.store;

import io.charlstm.runtime.kernels.VectorMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with weights in the format of {@link BfloatPanels} on the Vector API; loops as in {@link
 * VectorFloatProducts}.
 */
final class VectorBfloatProducts implements PanelProducts {
  private static final VectorSpecies<Float> SPECIES = VectorMath.SPECIES;
  private static final int LANES = VectorMath.LANES;

  /** Floats in a panel row. */
  private static final int PANEL = DecoderKernels.PANEL_VECTORS * LANES;

  /** Bytes of a vector. */
  private static final long VB = VectorMath.BYTES;

  /** Bytes of a panel row. */
  private static final long PB = DecoderKernels.PANEL_VECTORS / 2 * VB;

  private static final int HALF = 16;

  // Called from one place, where C2 inlines them one at a time at most: all of them in one method
  // are more than it inlines, and what is left over is called with boxed vectors.
  private static final RowLoop[] LOOPS = {
    VectorBfloatProducts::onePanel,
    VectorBfloatProducts::twoPanels,
    VectorDecoderKernels.FEW_REGISTERS
        ? VectorBfloatProducts::nextTwoPanels
        : VectorBfloatProducts::threePanels
  };

  // By the number of rows, where registers are few; called from one place, as those above.
  private static final TileLoop[] TILES = {
    null,
    VectorBfloatProducts::oneRow,
    VectorBfloatProducts::twoRows,
    null,
    VectorBfloatProducts::fourRowsOfHalf
  };

  @Override
  public long panelBytes(int k) {
    return PB * k;
  }

  @Override
  public void encode(float[] rows, int k, long to) {
    BfloatPanels.encode(rows, k, LANES, to);
  }

  // Never a single panel where two pairs do: its four sums would wait for each other.
  @Override
  public void multiplyRow(
      long weights, int panels, float[] x, int xAt, int k, float[] out, int outAt) {
    long panel = PB * k;
    long w = weights;
    int to = outAt;
    for (int left = panels; left > 0; ) {
      int count = panelsAtOnce(left);
      LOOPS[loop(count, left)].run(w, panel, x, xAt, k, out, to);
      w += count * panel;
      to += count * PANEL;
      left -= count;
    }
  }

  private static int panelsAtOnce(int left) {
    boolean three = left == 3 || left > 4;
    return three && !VectorDecoderKernels.FEW_REGISTERS ? 3 : Math.min(left, 2);
  }

  // Two panels by either of the loops in turns where there are no three, so that the place that
  // calls them knows three kinds still.
  private static int loop(int count, int left) {
    return VectorDecoderKernels.FEW_REGISTERS && count == 2 ? 1 + left / 2 % 2 : count - 1;
  }

  private static void onePanel(
      long w, long panel, float[] x, int xAt, int k, float[] out, int outAt) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    long end = w + PB * k;
    int at = xAt;
    for (long row = w; row != end; row += PB) {
      FloatVector v = broadcast(x[at++]);
      FloatVector p = load(row);
      FloatVector r = load(row + VB);
      a0 = lower(p).fma(v, a0);
      a1 = p.fma(v, a1);
      a2 = lower(r).fma(v, a2);
      a3 = r.fma(v, a3);
    }
    store(out, outAt, a0, a1, a2, a3);
  }

  private static void twoPanels(
      long w, long panel, float[] x, int xAt, int k, float[] out, int outAt) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    long end = w + PB * k;
    int at = xAt;
    for (long row = w; row != end; row += PB) {
      FloatVector v = broadcast(x[at++]);
      FloatVector p = load(row);
      FloatVector r = load(row + VB);
      a0 = lower(p).fma(v, a0);
      a1 = p.fma(v, a1);
      a2 = lower(r).fma(v, a2);
      a3 = r.fma(v, a3);
      long q = row + panel;
      p = load(q);
      r = load(q + VB);
      b0 = lower(p).fma(v, b0);
      b1 = p.fma(v, b1);
      b2 = lower(r).fma(v, b2);
      b3 = r.fma(v, b3);
    }
    store(out, outAt, a0, a1, a2, a3);
    store(out, outAt + PANEL, b0, b1, b2, b3);
  }

  private static void nextTwoPanels(
      long w, long panel, float[] x, int xAt, int k, float[] out, int outAt) {
    twoPanels(w, panel, x, xAt, k, out, outAt);
  }

  private static void threePanels(
      long w, long panel, float[] x, int xAt, int k, float[] out, int outAt) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector c2 = a0;
    FloatVector c3 = a0;
    for (int j = 0; j < k; j++) {
      FloatVector v = broadcast(x[xAt + j]);
      long q = w + j * PB;
      FloatVector p = load(q);
      FloatVector r = load(q + VB);
      a0 = lower(p).fma(v, a0);
      a1 = p.fma(v, a1);
      a2 = lower(r).fma(v, a2);
      a3 = r.fma(v, a3);
      q += panel;
      p = load(q);
      r = load(q + VB);
      b0 = lower(p).fma(v, b0);
      b1 = p.fma(v, b1);
      b2 = lower(r).fma(v, b2);
      b3 = r.fma(v, b3);
      q += panel;
      p = load(q);
      r = load(q + VB);
      c0 = lower(p).fma(v, c0);
      c1 = p.fma(v, c1);
      c2 = lower(r).fma(v, c2);
      c3 = r.fma(v, c3);
    }
    store(out, outAt, a0, a1, a2, a3);
    store(out, outAt + PANEL, b0, b1, b2, b3);
    store(out, outAt + 2 * PANEL, c0, c1, c2, c3);
  }

  private static FloatVector lower(FloatVector pair) {
    return pair.reinterpretAsInts().lanewise(VectorOperators.LSHL, HALF).reinterpretAsFloats();
  }

  @Override
  public void multiplyTile(
      long weights, float[] x, int xAt, int rows, int k, float[] out, int outAt, int outStride) {
    if (VectorDecoderKernels.FEW_REGISTERS) {
      int last = rows == 4 ? 1 : 0;
      for (int half = 0; half <= last; half++) {
        long w = weights + half * PB / 2;
        TILES[rows].run(w, x, xAt, k, out, outAt + half * PANEL / 2, outStride);
      }
    } else if (rows == 1) {
      onePanel(weights, PB * k, x, xAt, k, out, outAt);
    } else {
      fourRows(weights, x, xAt, k, out, outAt, outStride);
    }
  }

  private static void oneRow(
      long w, float[] x, int xAt, int k, float[] out, int outAt, int outStride) {
    onePanel(w, PB * k, x, xAt, k, out, outAt);
  }

  private static void twoRows(
      long w, float[] x, int xAt, int k, float[] out, int outAt, int outStride) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    int at = xAt;
    long end = w + PB * k;
    for (long q = w; q != end; q += PB) {
      FloatVector w1 = load(q);
      FloatVector w3 = load(q + VB);
      FloatVector w0 = lower(w1);
      FloatVector w2 = lower(w3);
      FloatVector v = broadcast(x[at]);
      a0 = w0.fma(v, a0);
      a1 = w1.fma(v, a1);
      a2 = w2.fma(v, a2);
      a3 = w3.fma(v, a3);
      v = broadcast(x[at + 1]);
      b0 = w0.fma(v, b0);
      b1 = w1.fma(v, b1);
      b2 = w2.fma(v, b2);
      b3 = w3.fma(v, b3);
      at += 2;
    }
    store(out, outAt, a0, a1, a2, a3);
    store(out, outAt + outStride, b0, b1, b2, b3);
  }

  private static void fourRows(
      long w, float[] x, int xAt, int k, float[] out, int outAt, int outStride) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector c2 = a0;
    FloatVector c3 = a0;
    FloatVector d0 = a0;
    FloatVector d1 = a0;
    FloatVector d2 = a0;
    FloatVector d3 = a0;
    for (int j = 0; j < k; j++) {
      long q = w + j * PB;
      int at = xAt + 4 * j;
      FloatVector w1 = load(q);
      FloatVector w3 = load(q + VB);
      FloatVector w0 = lower(w1);
      FloatVector w2 = lower(w3);
      FloatVector v = broadcast(x[at]);
      a0 = w0.fma(v, a0);
      a1 = w1.fma(v, a1);
      a2 = w2.fma(v, a2);
      a3 = w3.fma(v, a3);
      v = broadcast(x[at + 1]);
      b0 = w0.fma(v, b0);
      b1 = w1.fma(v, b1);
      b2 = w2.fma(v, b2);
      b3 = w3.fma(v, b3);
      v = broadcast(x[at + 2]);
      c0 = w0.fma(v, c0);
      c1 = w1.fma(v, c1);
      c2 = w2.fma(v, c2);
      c3 = w3.fma(v, c3);
      v = broadcast(x[at + 3]);
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

  private static void fourRowsOfHalf(
      long w, float[] x, int xAt, int k, float[] out, int outAt, int outStride) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector d0 = a0;
    FloatVector d1 = a0;
    for (int j = 0; j < k; j++) {
      long q = w + j * PB;
      int at = xAt + 4 * j;
      FloatVector w1 = load(q);
      FloatVector w0 = lower(w1);
      FloatVector v = broadcast(x[at]);
      a0 = w0.fma(v, a0);
      a1 = w1.fma(v, a1);
      v = broadcast(x[at + 1]);
      b0 = w0.fma(v, b0);
      b1 = w1.fma(v, b1);
      v = broadcast(x[at + 2]);
      c0 = w0.fma(v, c0);
      c1 = w1.fma(v, c1);
      v = broadcast(x[at + 3]);
      d0 = w0.fma(v, d0);
      d1 = w1.fma(v, d1);
    }
    store(out, outAt, a0, a1);
    store(out, outAt + outStride, b0, b1);
    store(out, outAt + 2 * outStride, c0, c1);
    store(out, outAt + 3 * outStride, d0, d1);
  }
}

package io.charlstm.runtime.onednn.decode;

import static io.charlstm.runtime.kernels.VectorMath.broadcast;
import static io.charlstm.runtime.kernels.VectorMath.load;
import static io.charlstm.runtime.onednn.decode.VectorDecoderKernels.store;

import io.charlstm.runtime.kernels.Floats;
import io.charlstm.runtime.kernels.VectorMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with float32 weights on the Vector API. Loops of one and two panels count addresses, so
 * that C2 does not unroll them: unrolled, it multiplies into one sum several times in a row, each
 * time waiting for the time before. Those of four rows count elements, so that C2 leaves out the
 * checks of bounds, which are as many instructions as the arithmetic.
 */
final class VectorFloatProducts implements PanelProducts {
  private static final VectorSpecies<Float> SPECIES = VectorMath.SPECIES;
  private static final int LANES = VectorMath.LANES;

  /** Floats in a panel row. */
  private static final int PANEL = DecoderKernels.PANEL_VECTORS * LANES;

  /** Bytes of a vector. */
  private static final long VB = VectorMath.BYTES;

  /** Bytes of a panel row. */
  private static final long PB = DecoderKernels.PANEL_VECTORS * VB;

  // Called from one place, where C2 inlines them one at a time at most: all of them in one method
  // are more than it inlines, and what is left over is called with boxed vectors.
  private static final RowLoop[] LOOPS = {
    VectorFloatProducts::onePanel, VectorFloatProducts::twoPanels, VectorFloatProducts::threePanels
  };

  // By the number of rows, where registers are few; called from one place, as those above.
  private static final TileLoop[] TILES = {
    null,
    VectorFloatProducts::oneRow,
    VectorFloatProducts::twoRows,
    null,
    VectorFloatProducts::fourRowsOfHalf
  };

  @Override
  public long panelBytes(int k) {
    return PB * k;
  }

  @Override
  public void encode(float[] rows, int k, long to) {
    Floats.write(to, rows, 0, k * PANEL);
  }

  // Never a single panel where two pairs do: its four sums would wait for each other.
  @Override
  public void multiplyRow(
      long weights, int panels, float[] x, int xAt, int k, float[] out, int outAt) {
    long panel = PB * k;
    long w = weights;
    int to = outAt;
    for (int left = panels; left > 0; ) {
      int count = left == 3 || left > 4 ? 3 : Math.min(left, 2);
      LOOPS[count - 1].run(w, panel, x, xAt, k, out, to);
      w += count * panel;
      to += count * PANEL;
      left -= count;
    }
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
      a0 = load(row).fma(v, a0);
      a1 = load(row + VB).fma(v, a1);
      a2 = load(row + 2 * VB).fma(v, a2);
      a3 = load(row + 3 * VB).fma(v, a3);
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
      a0 = load(row).fma(v, a0);
      a1 = load(row + VB).fma(v, a1);
      a2 = load(row + 2 * VB).fma(v, a2);
      a3 = load(row + 3 * VB).fma(v, a3);
      long q = row + panel;
      b0 = load(q).fma(v, b0);
      b1 = load(q + VB).fma(v, b1);
      b2 = load(q + 2 * VB).fma(v, b2);
      b3 = load(q + 3 * VB).fma(v, b3);
    }
    store(out, outAt, a0, a1, a2, a3);
    store(out, outAt + PANEL, b0, b1, b2, b3);
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
    store(out, outAt, a0, a1, a2, a3);
    store(out, outAt + PANEL, b0, b1, b2, b3);
    store(out, outAt + 2 * PANEL, c0, c1, c2, c3);
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
      FloatVector w0 = load(q);
      FloatVector w1 = load(q + VB);
      FloatVector w2 = load(q + 2 * VB);
      FloatVector w3 = load(q + 3 * VB);
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
      FloatVector w0 = load(q);
      FloatVector w1 = load(q + VB);
      FloatVector w2 = load(q + 2 * VB);
      FloatVector w3 = load(q + 3 * VB);
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
      FloatVector w0 = load(q);
      FloatVector w1 = load(q + VB);
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

package io.charlstm.runtime.onednn.decode;

import static io.charlstm.runtime.kernels.VectorMath.broadcast;
import static io.charlstm.runtime.kernels.VectorMath.load;
import static io.charlstm.runtime.onednn.decode.VectorDecoderKernels.PIECE;
import static io.charlstm.runtime.onednn.decode.VectorDecoderKernels.array;

import io.charlstm.runtime.kernels.Floats;
import io.charlstm.runtime.kernels.VectorMath;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with float32 weights on the Vector API. Loops of one and two panels count addresses, so
 * that C2 does not unroll them: unrolled, it multiplies into one sum several times in a row, each
 * time waiting for the time before.
 */
final class VectorFloatProducts implements PanelProducts {
  private static final int TILE_ROWS = 4;

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
  public void multiplyRows(
      long weights,
      float[] x,
      int[] xAt,
      int first,
      int rows,
      int k,
      float[] out,
      int outAt,
      int outStride) {
    if (VectorDecoderKernels.FEW_REGISTERS) {
      multiplyPairs(weights, x, xAt, first, rows, k, out, outAt, outStride);
      return;
    }
    int tiled = rows / TILE_ROWS * TILE_ROWS;
    for (int r = 0; r < tiled; r += TILE_ROWS) {
      int i = first + r;
      int x0 = xAt[i];
      int x1 = xAt[i + 1];
      int x2 = xAt[i + 2];
      int x3 = xAt[i + 3];
      tile(weights, x, x0, x1, x2, x3, k, out, outAt + r * outStride, outStride);
    }
    for (int r = tiled; r < rows; r++) {
      onePanel(weights, PB * k, x, xAt[first + r], k, out, outAt + r * outStride);
    }
  }

  // In pieces of k that stay in the first-level cache while all rows pass, as two rows are few for
  // what is read. The loop counts addresses like those of one and two panels.
  private static void multiplyPairs(
      long weights,
      float[] x,
      int[] xAt,
      int first,
      int rows,
      int k,
      float[] out,
      int outAt,
      int outStride) {
    int paired = rows / 2 * 2;
    for (int r = 0; r < paired; r++) {
      Arrays.fill(out, outAt + r * outStride, outAt + r * outStride + PANEL, 0f);
    }
    for (int from = 0; from < k; from += PIECE) {
      int count = Math.min(PIECE, k - from);
      long w = weights + PB * from;
      for (int r = 0; r < paired; r += 2) {
        int x0 = xAt[first + r] + from;
        int x1 = xAt[first + r + 1] + from;
        pair(w, x, x0, x1, count, out, outAt + r * outStride, outStride);
      }
    }
    if (paired < rows) {
      onePanel(weights, PB * k, x, xAt[first + paired], k, out, outAt + paired * outStride);
    }
  }

  /** Adds to what {@code out} holds. */
  private static void pair(
      long weights, float[] x, int x0, int x1, int k, float[] out, int outAt, int outStride) {
    int next = outAt + outStride;
    FloatVector a0 = array(out, outAt);
    FloatVector a1 = array(out, outAt + LANES);
    FloatVector a2 = array(out, outAt + 2 * LANES);
    FloatVector a3 = array(out, outAt + 3 * LANES);
    FloatVector b0 = array(out, next);
    FloatVector b1 = array(out, next + LANES);
    FloatVector b2 = array(out, next + 2 * LANES);
    FloatVector b3 = array(out, next + 3 * LANES);
    long end = weights + PB * k;
    int at = x0;
    int apart = x1 - x0;
    for (long q = weights; q != end; q += PB) {
      FloatVector w0 = load(q);
      FloatVector w1 = load(q + VB);
      FloatVector w2 = load(q + 2 * VB);
      FloatVector w3 = load(q + 3 * VB);
      FloatVector v = broadcast(x[at]);
      a0 = w0.fma(v, a0);
      a1 = w1.fma(v, a1);
      a2 = w2.fma(v, a2);
      a3 = w3.fma(v, a3);
      v = broadcast(x[at + apart]);
      b0 = w0.fma(v, b0);
      b1 = w1.fma(v, b1);
      b2 = w2.fma(v, b2);
      b3 = w3.fma(v, b3);
      at++;
    }
    store(out, outAt, a0, a1, a2, a3);
    store(out, next, b0, b1, b2, b3);
  }

  private static void tile(
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
}

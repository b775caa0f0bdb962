package io.charlstm.runtime.onednn.decode;

import static io.charlstm.runtime.kernels.VectorMath.broadcast;
import static io.charlstm.runtime.kernels.VectorMath.load;
import static io.charlstm.runtime.onednn.decode.VectorDecoderKernels.array;
import static io.charlstm.runtime.onednn.decode.VectorDecoderKernels.store;

import io.charlstm.runtime.kernels.Floats;
import io.charlstm.runtime.kernels.VectorMath;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with weights in the format of {@link BytePanels} on the Vector API. Used by one thread
 * at a time. Loops of several rows count addresses: unrolled, they would keep sums in memory.
 */
final class VectorByteProducts implements PanelProducts {
  private static final VectorSpecies<Float> SPECIES = VectorMath.SPECIES;
  private static final int LANES = VectorMath.LANES;

  /** Floats in a panel row. */
  private static final int PANEL = DecoderKernels.PANEL_VECTORS * LANES;

  /** Bytes of a vector. */
  private static final long VB = VectorMath.BYTES;

  /** Bytes of a panel row. */
  private static final long PB = VB;

  /** Bytes of a panel's scales. */
  private static final long SCALES = DecoderKernels.PANEL_VECTORS * VB;

  private static final VectorSpecies<Integer> WORDS = IntVector.SPECIES_PREFERRED;
  private static final IntVector FIELD = IntVector.broadcast(WORDS, BytePanels.FIELD);
  private static final IntVector EXPONENT = IntVector.broadcast(WORDS, BytePanels.EXPONENT);

  // By the number of rows. Four rows take half a panel at a time, since unpacking takes the place
  // of the other half in the compiler's budget. Called from one place, where C2 inlines none of so
  // many.
  private final TileLoop[] tiles = {
    null,
    this::oneRow,
    this::twoRows,
    null,
    this::fourRowsOfFirstHalf,
    VectorByteProducts::fourRowsOfSecondHalf
  };

  /** Of the rows of a tile; a vector, as they are added up side by side. */
  private final float[] sums = new float[LANES];

  @Override
  public long panelBytes(int k) {
    return BytePanels.bytes(LANES, k);
  }

  @Override
  public void encode(float[] rows, int k, long to) {
    BytePanels.encode(rows, k, LANES, to);
  }

  @Override
  public void multiplyRow(
      long weights, int panels, float[] x, int xAt, int k, float[] out, int outAt) {
    long panel = panelBytes(k);
    long w = weights;
    int to = outAt;
    int left = panels;
    for (; left > 1; left -= 2) {
      float sum = twoPanels(w + SCALES, panel, x, xAt, k, out, to);
      scale(w, out, to, sum);
      scale(w + panel, out, to + PANEL, sum);
      w += 2 * panel;
      to += 2 * PANEL;
    }
    if (left == 1) {
      scale(w, out, to, onePanel(w + SCALES, x, xAt, k, out, to));
    }
  }

  /** Gives the sum of the row. */
  private static float onePanel(long w, float[] x, int xAt, int k, float[] out, int outAt) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    float sum = 0;
    for (int j = 0; j < k; j++) {
      float value = x[xAt + j];
      sum += value;
      FloatVector v = broadcast(value);
      IntVector p = word(w + j * PB);
      a0 = first(p).fma(v, a0);
      a1 = second(p).fma(v, a1);
      a2 = third(p).fma(v, a2);
      a3 = fourth(p).fma(v, a3);
    }
    store(out, outAt, a0, a1, a2, a3);
    return sum;
  }

  /** Gives the sum of the row. */
  private static float twoPanels(
      long w, long panel, float[] x, int xAt, int k, float[] out, int outAt) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    float sum = 0;
    for (int j = 0; j < k; j++) {
      float value = x[xAt + j];
      sum += value;
      FloatVector v = broadcast(value);
      long q = w + j * PB;
      IntVector p = word(q);
      a0 = first(p).fma(v, a0);
      a1 = second(p).fma(v, a1);
      a2 = third(p).fma(v, a2);
      a3 = fourth(p).fma(v, a3);
      p = word(q + panel);
      b0 = first(p).fma(v, b0);
      b1 = second(p).fma(v, b1);
      b2 = third(p).fma(v, b2);
      b3 = fourth(p).fma(v, b3);
    }
    store(out, outAt, a0, a1, a2, a3);
    store(out, outAt + PANEL, b0, b1, b2, b3);
    return sum;
  }

  /** Takes off what the fields' offset has brought in, and scales. */
  private static void scale(long scales, float[] out, int at, float sum) {
    float offset = BytePanels.OFFSET * sum;
    for (int i = 0; i < DecoderKernels.PANEL_VECTORS; i++) {
      int to = at + i * LANES;
      FloatVector value = FloatVector.fromArray(SPECIES, out, to).sub(offset);
      value.mul(load(scales + i * VB)).intoArray(out, to);
    }
  }

  // Read as what it is: reinterpreting a vector of floats costs the compiler's budget more.
  private static IntVector word(long address) {
    return IntVector.fromMemorySegment(WORDS, Floats.ALL, address, ByteOrder.nativeOrder());
  }

  // Each spelled out: a call that is inlined costs the compiler's budget, too.
  private static FloatVector first(IntVector word) {
    return word.lanewise(VectorOperators.AND, FIELD)
        .lanewise(VectorOperators.OR, EXPONENT)
        .reinterpretAsFloats();
  }

  private static FloatVector second(IntVector word) {
    return word.lanewise(VectorOperators.LSHL, BytePanels.SHIFT)
        .lanewise(VectorOperators.AND, FIELD)
        .lanewise(VectorOperators.OR, EXPONENT)
        .reinterpretAsFloats();
  }

  private static FloatVector third(IntVector word) {
    return word.lanewise(VectorOperators.LSHR, BytePanels.SHIFT)
        .lanewise(VectorOperators.AND, FIELD)
        .lanewise(VectorOperators.OR, EXPONENT)
        .reinterpretAsFloats();
  }

  private static FloatVector fourth(IntVector word) {
    return word.lanewise(VectorOperators.ROL, BytePanels.ROTATION)
        .lanewise(VectorOperators.AND, FIELD)
        .lanewise(VectorOperators.OR, EXPONENT)
        .reinterpretAsFloats();
  }

  @Override
  public void multiplyTile(
      long weights, float[] x, int xAt, int rows, int k, float[] out, int outAt, int outStride) {
    long w = weights + SCALES;
    int last = rows == 4 ? 1 : 0;
    for (int half = 0; half <= last; half++) {
      TileLoop loop = tiles[rows + half];
      loop.run(w, x, xAt, k, out, outAt + half * PANEL / 2, outStride);
    }
    for (int r = 0; r < rows; r++) {
      scale(weights, out, outAt + r * outStride, sums[r]);
    }
  }

  private void oneRow(long w, float[] x, int xAt, int k, float[] out, int outAt, int outStride) {
    sums[0] = onePanel(w, x, xAt, k, out, outAt);
  }

  /** The sums of the rows go to {@link #sums}. */
  private void twoRows(long w, float[] x, int xAt, int k, float[] out, int outAt, int outStride) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    FloatVector sum = a0;
    int at = xAt;
    long end = w + PB * k;
    for (long q = w; q != end; q += PB) {
      IntVector p = word(q);
      sum = sum.add(array(x, at));
      FloatVector v = broadcast(x[at]);
      FloatVector u = broadcast(x[at + 1]);
      FloatVector weight = first(p);
      a0 = weight.fma(v, a0);
      b0 = weight.fma(u, b0);
      weight = second(p);
      a1 = weight.fma(v, a1);
      b1 = weight.fma(u, b1);
      weight = third(p);
      a2 = weight.fma(v, a2);
      b2 = weight.fma(u, b2);
      weight = fourth(p);
      a3 = weight.fma(v, a3);
      b3 = weight.fma(u, b3);
      at += 2;
    }
    sum.intoArray(sums, 0);
    store(out, outAt, a0, a1, a2, a3);
    store(out, outAt + outStride, b0, b1, b2, b3);
  }

  /** The sums of the rows go to {@link #sums}. */
  private void fourRowsOfFirstHalf(
      long w, float[] x, int xAt, int k, float[] out, int outAt, int outStride) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector d0 = a0;
    FloatVector d1 = a0;
    FloatVector sum = a0;
    int at = xAt;
    long end = w + PB * k;
    for (long q = w; q != end; q += PB) {
      IntVector p = word(q);
      FloatVector w0 = first(p);
      FloatVector w1 = second(p);
      sum = sum.add(array(x, at));
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
      at += 4;
    }
    sum.intoArray(sums, 0);
    store(out, outAt, a0, a1);
    store(out, outAt + outStride, b0, b1);
    store(out, outAt + 2 * outStride, c0, c1);
    store(out, outAt + 3 * outStride, d0, d1);
  }

  private static void fourRowsOfSecondHalf(
      long w, float[] x, int xAt, int k, float[] out, int outAt, int outStride) {
    FloatVector a2 = FloatVector.zero(SPECIES);
    FloatVector a3 = a2;
    FloatVector b2 = a2;
    FloatVector b3 = a2;
    FloatVector c2 = a2;
    FloatVector c3 = a2;
    FloatVector d2 = a2;
    FloatVector d3 = a2;
    int at = xAt;
    long end = w + PB * k;
    for (long q = w; q != end; q += PB) {
      IntVector p = word(q);
      FloatVector w2 = third(p);
      FloatVector w3 = fourth(p);
      FloatVector v = broadcast(x[at]);
      a2 = w2.fma(v, a2);
      a3 = w3.fma(v, a3);
      v = broadcast(x[at + 1]);
      b2 = w2.fma(v, b2);
      b3 = w3.fma(v, b3);
      v = broadcast(x[at + 2]);
      c2 = w2.fma(v, c2);
      c3 = w3.fma(v, c3);
      v = broadcast(x[at + 3]);
      d2 = w2.fma(v, d2);
      d3 = w3.fma(v, d3);
      at += 4;
    }
    store(out, outAt, a2, a3);
    store(out, outAt + outStride, b2, b3);
    store(out, outAt + 2 * outStride, c2, c3);
    store(out, outAt + 3 * outStride, d2, d3);
  }
}

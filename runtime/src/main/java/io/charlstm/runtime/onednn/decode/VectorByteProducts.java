package io.charlstm.runtime.onednn.decode;

import static io.charlstm.runtime.kernels.VectorMath.broadcast;
import static io.charlstm.runtime.kernels.VectorMath.load;

import io.charlstm.runtime.kernels.Floats;
import io.charlstm.runtime.kernels.VectorMath;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with weights in the format of {@link BytePanels} on the Vector API. Used by one thread
 * at a time.
 */
final class VectorByteProducts implements PanelProducts {
  /** Three, as unpacking takes the place of the fourth in the compiler's budget. */
  private static final int TILE_ROWS = 3;

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

  private final float[] sums = new float[TILE_ROWS];

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
    int tiled = rows / TILE_ROWS * TILE_ROWS;
    for (int r = 0; r < tiled; r += TILE_ROWS) {
      int i = first + r;
      int x0 = xAt[i];
      int x1 = xAt[i + 1];
      int x2 = xAt[i + 2];
      int at = outAt + r * outStride;
      tile(weights + SCALES, x, x0, x1, x2, k, out, at, outStride);
      for (int n = 0; n < TILE_ROWS; n++) {
        scale(weights, out, at + n * outStride, sums[n]);
      }
    }
    for (int r = tiled; r < rows; r++) {
      int at = outAt + r * outStride;
      scale(weights, out, at, onePanel(weights + SCALES, x, xAt[first + r], k, out, at));
    }
  }

  /** The sums of the rows go to {@link #sums}. */
  private void tile(
      long weights,
      float[] x,
      int x0,
      int x1,
      int x2,
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
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    for (int j = 0; j < k; j++) {
      IntVector p = word(weights + j * PB);
      FloatVector w0 = first(p);
      FloatVector w1 = second(p);
      FloatVector w2 = third(p);
      FloatVector w3 = fourth(p);
      float value = x[x0 + j];
      s0 += value;
      FloatVector v = broadcast(value);
      a0 = w0.fma(v, a0);
      a1 = w1.fma(v, a1);
      a2 = w2.fma(v, a2);
      a3 = w3.fma(v, a3);
      value = x[x1 + j];
      s1 += value;
      v = broadcast(value);
      b0 = w0.fma(v, b0);
      b1 = w1.fma(v, b1);
      b2 = w2.fma(v, b2);
      b3 = w3.fma(v, b3);
      value = x[x2 + j];
      s2 += value;
      v = broadcast(value);
      c0 = w0.fma(v, c0);
      c1 = w1.fma(v, c1);
      c2 = w2.fma(v, c2);
      c3 = w3.fma(v, c3);
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    store(out, outAt, a0, a1, a2, a3);
    store(out, outAt + outStride, b0, b1, b2, b3);
    store(out, outAt + 2 * outStride, c0, c1, c2, c3);
  }

  private static void store(
      float[] out, int at, FloatVector v0, FloatVector v1, FloatVector v2, FloatVector v3) {
    v0.intoArray(out, at);
    v1.intoArray(out, at + LANES);
    v2.intoArray(out, at + 2 * LANES);
    v3.intoArray(out, at + 3 * LANES);
  }
}

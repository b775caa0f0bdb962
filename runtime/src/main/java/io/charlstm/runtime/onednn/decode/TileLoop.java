package io.charlstm.runtime.onednn.decode;

/** A fixed number of rows times a panel or half of one, as {@link PanelProducts#multiplyTile}. */
@FunctionalInterface
interface TileLoop {
  /** Multiplies. */
  void run(long w, float[] x, int xAt, int k, float[] out, int outAt, int outStride);
}

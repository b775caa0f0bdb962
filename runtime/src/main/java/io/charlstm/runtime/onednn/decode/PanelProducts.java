package io.charlstm.runtime.onednn.decode;

/**
 * Products with panels of weights in one number format. A panel is a matrix of k rows by {@code 4 *
 * lanes} columns; panels follow each other without a gap. Activations and sums are float32, every
 * element is summed with fused multiply-adds in the order of k: implementations for the same format
 * give the same bits, whichever method is called.
 */
interface PanelProducts {

  /** Bytes of a panel of k rows, a multiple of a vector. */
  long panelBytes(int k);

  /**
   * Writes a panel.
   *
   * @param rows (k,panel)
   */
  void encode(float[] rows, int k, long to);

  /**
   * One row times adjacent panels: out[p] = sum over j of x[j] * W[p][j].
   *
   * @param x holds the row (k) from {@code xAt}
   * @param out receives a panel row for each panel from {@code outAt}
   */
  void multiplyRow(long weights, int panels, float[] x, int xAt, int k, float[] out, int outAt);

  /**
   * A tile of rows (see {@link RowTiles}) times one panel: out[r] = sum over j of x[j][r] * W[j].
   *
   * @param x holds the tile (k,rows) from {@code xAt}, and a vector of any numbers behind it
   * @param rows one of those that {@link DecoderKernels#tileRows} gives
   * @param outStride elements from one row's result to the next
   */
  void multiplyTile(
      long weights, float[] x, int xAt, int rows, int k, float[] out, int outAt, int outStride);
}

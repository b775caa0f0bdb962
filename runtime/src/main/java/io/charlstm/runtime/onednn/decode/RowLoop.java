package io.charlstm.runtime.onednn.decode;

/** One row times a fixed number of adjacent panels, as {@link PanelProducts#multiplyRow}. */
@FunctionalInterface
interface RowLoop {
  /**
   * Multiplies.
   *
   * @param w the first panel
   * @param panel bytes from one panel to the next
   */
  void run(long w, long panel, float[] x, int xAt, int k, float[] out, int outAt);
}

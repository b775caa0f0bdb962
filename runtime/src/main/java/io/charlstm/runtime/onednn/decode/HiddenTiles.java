package io.charlstm.runtime.onednn.decode;

/**
 * h of the streams of a job, once more, in tiles of rows as products read it. Kept twice like h
 * itself: a step reads one copy and writes the other.
 */
final class HiddenTiles {
  private final float[] values;
  private final int layers;
  private final int layerSize;

  /**
   * Tiles of zeros.
   *
   * @param streams S
   */
  HiddenTiles(DecoderShape shape, int streams) {
    layers = shape.layers();
    layerSize = Math.multiplyExact(shape.paddedHidden(), streams);
    int copies = Math.multiplyExact(2 * layers, layerSize);
    values = new float[Math.addExact(copies, shape.lanes())];
  }

  /** Where all tiles lie, and a vector behind them. */
  float[] values() {
    return values;
  }

  /** Index of a layer's tiles (S, padded H) in the copy that is read at {@code step} of a job. */
  int layer(int layer, int step) {
    return ((step & 1) * layers + layer) * layerSize;
  }
}

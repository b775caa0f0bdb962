package io.charlstm.runtime.onednn.decode;

/** Products of tiles of streams with panels of one weight format. */
final class TileProducts {
  private final PanelProducts products;
  private final RowTiles tiles;
  private final DecoderShape shape;

  TileProducts(PanelProducts products, RowTiles tiles, DecoderShape shape) {
    this.products = products;
    this.tiles = tiles;
    this.shape = shape;
  }

  /**
   * Multiplies h.
   *
   * @param weights panels (H,panel), of which number {@code group} is taken
   * @param h tiles (S, padded H) from {@code hAt}
   * @param out receives a panel row for each row from tile {@code tile} to before {@code end}
   */
  void multiplyHidden(long weights, int group, float[] h, int hAt, int tile, int end, float[] out) {
    long w = weights + products.panelBytes(shape.hidden()) * group;
    multiply(w, h, hAt, shape.paddedHidden(), shape.hidden(), tile, end, out);
  }

  /** Multiplies the embedded input: x are tiles (S,E), weights panels (E,panel). */
  void multiplyEmbedded(long weights, int group, float[] x, int tile, int end, float[] out) {
    int width = shape.inputRows(0);
    multiply(weights + products.panelBytes(width) * group, x, 0, width, width, tile, end, out);
  }

  private void multiply(
      long w, float[] x, int xAt, int width, int k, int tile, int end, float[] out) {
    int panel = shape.panel();
    int first = tiles.first(tile);
    for (int t = tile; t < end; t++) {
      int row = tiles.first(t);
      int from = xAt + row * width;
      products.multiplyTile(w, x, from, tiles.rows(t), k, out, (row - first) * panel, panel);
    }
  }
}

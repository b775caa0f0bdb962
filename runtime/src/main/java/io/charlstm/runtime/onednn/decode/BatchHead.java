package io.charlstm.runtime.onednn.decode;

/** Logits of several streams, by one worker. */
final class BatchHead {
  private final DecoderState state;
  private final RowTiles tiles;
  private final TileProducts products;
  private final float[] sums;

  /**
   * The part of one worker.
   *
   * @param tiles the streams
   */
  BatchHead(DecoderState state, RowTiles tiles) {
    this.state = state;
    this.tiles = tiles;
    DecoderShape shape = state.shape();
    products = new TileProducts(state.kernels().products(WeightFormat.FLOAT32), tiles, shape);
    sums = new float[Math.multiplyExact(shape.panel(), state.streams())];
  }

  /** Computes the logits behind a step of the streams in tiles from {@code tile} on. */
  void run(DecoderJob job, int tile, int end, int step) {
    DecoderShape shape = state.shape();
    StreamStates states = state.states();
    float[] h = state.hiddens().values();
    int hAt = state.hiddens().layer(shape.layers() - 1, step + 1);
    int panel = shape.panel();
    for (int p = 0; p < shape.headPanels(); p++) {
      products.multiplyHidden(state.weights().head(), p, h, hAt, tile, end, sums);
      int from = 0;
      for (int row = tiles.first(tile); row < tiles.first(end); row++) {
        int logits = states.logits(job.rows[row]) + p * panel;
        System.arraycopy(sums, from, states.values(), logits, panel);
        from += panel;
      }
    }
    int vectors = DecoderKernels.PANEL_VECTORS * shape.headPanels();
    for (int row = tiles.first(tile); row < tiles.first(end); row++) {
      int logits = states.logits(job.rows[row]);
      state.kernels().add(states.values(), logits, state.weights().headBias(), vectors);
    }
  }
}

package io.charlstm.runtime.onednn.decode;

/**
 * One worker's part of a layer for several streams: some groups of units of some streams. Each
 * panel passes over all streams of a block before the next is read. Products read x and h in tiles,
 * into which whoever computes units of h writes them once more.
 */
final class BatchLayer {
  /** Streams that go through a panel together. */
  private static final int BLOCK = 32;

  private final DecoderState state;
  private final RowTiles tiles;
  private final TileProducts products;
  private final HiddenTiles hiddens;
  private final float[] embedded;
  private final float[] gates;
  private final float[] inputGates;
  private final int panel;
  private final int lanes;
  private final int[] inputs;
  private final int[] news;
  private final int[] cells;
  private final long[] addends;

  // Together they are more than C2 inlines into one method, and what is left over is called with
  // boxed vectors. It leaves a call site with three kinds of receivers alone.
  private final Stage[] stages = {
    this::multiply, this::activate, this::updateStates, this::layOutStates
  };

  private DecoderJob job;
  private int firstGroup;
  private int endGroup;
  private int step;

  /**
   * The part of one worker.
   *
   * @param tiles the streams
   */
  BatchLayer(DecoderState state, RowTiles tiles) {
    this.state = state;
    this.tiles = tiles;
    DecoderShape shape = state.shape();
    products = new TileProducts(state.kernels().products(state.weights().format()), tiles, shape);
    hiddens = state.hiddens();
    panel = shape.panel();
    lanes = shape.lanes();
    int streams = state.streams();
    embedded = new float[Math.addExact(Math.multiplyExact(shape.inputRows(0), streams), lanes)];
    gates = new float[panel * Math.min(BLOCK, streams)];
    inputGates = new float[panel * Math.min(BLOCK, streams)];
    inputs = new int[streams];
    news = new int[streams];
    cells = new int[streams];
    addends = new long[streams];
  }

  /**
   * Takes over the groups of units from {@code first} to before {@code end} of a job, and lays out
   * their h as the job finds it.
   */
  void begin(DecoderJob newJob, int first, int end) {
    job = newJob;
    firstGroup = first;
    endGroup = end;
    step = -1; // the h that a step before the first would have left
    for (int layer = 0; layer < state.shape().layers(); layer++) {
      findStates(layer);
      layOut(layer, firstGroup, endGroup, 0, tiles.count());
    }
  }

  /** Computes h and c of the step number {@code stepOfJob}. */
  void run(int layer, int stepOfJob) {
    step = stepOfJob;
    findStates(layer);
    findInputs(layer);
    for (int group = firstGroup; group < endGroup; group++) {
      int end;
      for (int tile = 0; tile < tiles.count(); tile = end) {
        end = tiles.end(tile, BLOCK);
        for (Stage stage : stages) {
          stage.run(layer, group, tile, end);
        }
      }
    }
  }

  private void findStates(int layer) {
    StreamStates states = state.states();
    for (int row = tiles.first(0); row < tiles.first(tiles.count()); row++) {
      int stream = job.rows[row];
      news[row] = states.hidden(stream, layer, step + 1);
      cells[row] = states.cell(stream, layer);
    }
  }

  private void findInputs(int layer) {
    PackedWeights weights = state.weights();
    int embedding = state.shape().inputRows(0);
    for (int row = tiles.first(0); row < tiles.first(tiles.count()); row++) {
      int token = job.tokens[(job.first + step) * state.streams() + job.rows[row]];
      inputs[row] = token * embedding;
      addends[row] = weights.addend(layer, token);
    }
    for (int tile = 0; layer == 0 && embedding > 0 && tile < tiles.count(); tile++) {
      tiles.layOut(tile, 0, embedding, weights.embedding(), inputs, embedded, 0, embedding);
    }
  }

  /** What is done for a group of units in the streams of some tiles. */
  private interface Stage {
    void run(int layer, int group, int tile, int end);
  }

  private void multiply(int layer, int group, int tile, int end) {
    PackedWeights weights = state.weights();
    float[] h = hiddens.values();
    products.multiplyHidden(
        weights.recurrent(layer), group, h, hiddens.layer(layer, step), tile, end, gates);
    if (layer > 0) {
      int x = hiddens.layer(layer - 1, step + 1);
      products.multiplyHidden(weights.input(layer), group, h, x, tile, end, inputGates);
    } else if (state.shape().inputRows(0) > 0) {
      products.multiplyEmbedded(weights.input(0), group, embedded, tile, end, inputGates);
    }
  }

  private void activate(int layer, int group, int tile, int end) {
    DecoderKernels kernels = state.kernels();
    boolean twoProducts = state.shape().inputRows(layer) > 0;
    int at = 0;
    for (int row = tiles.first(tile); row < tiles.first(end); row++) {
      long addend = addends[row] + state.panelBytes() * group;
      if (twoProducts) {
        kernels.activateSum(gates, at, inputGates, at, addend, DecoderKernels.PANEL_VECTORS);
      } else {
        kernels.activate(gates, at, addend, DecoderKernels.PANEL_VECTORS);
      }
      at += panel;
    }
  }

  private void updateStates(int layer, int group, int tile, int end) {
    DecoderKernels kernels = state.kernels();
    float[] values = state.states().values();
    int units = lanes * group;
    int at = 0;
    for (int row = tiles.first(tile); row < tiles.first(end); row++) {
      int c = cells[row] + units;
      kernels.updateCell(gates, at, values, c, 1);
      kernels.hidden(gates, at, values, c, values, news[row] + units, 1);
      at += panel;
    }
  }

  private void layOutStates(int layer, int group, int tile, int end) {
    layOut(layer, group, group + 1, tile, end);
  }

  private void layOut(int layer, int group, int lastGroup, int tile, int end) {
    float[] values = state.states().values();
    int to = hiddens.layer(layer, step + 1);
    int width = state.shape().paddedHidden();
    for (int t = tile; t < end; t++) {
      tiles.layOut(t, lanes * group, lanes * lastGroup, values, news, hiddens.values(), to, width);
    }
  }
}

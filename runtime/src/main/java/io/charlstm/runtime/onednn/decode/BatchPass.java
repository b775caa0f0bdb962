package io.charlstm.runtime.onednn.decode;

/**
 * One worker's part of decoding several streams. Either the workers share out the streams and never
 * meet, or they share out the hidden units and meet once a layer. Each panel passes over all
 * streams of a block before the next is read.
 */
final class BatchPass {
  /** Streams that go through a panel together. */
  private static final int BLOCK = 32;

  private final DecoderState state;
  private final WorkerTeam team;
  private final int worker;
  private final TokenDraw draw;
  private final PanelProducts products;
  private final PanelProducts headProducts;
  private final float[] gates;
  private final float[] inputGates;
  private final long panelBytes;
  private final int panel;
  private final int lanes;
  private final int hidden;
  private final int[] inputs;
  private final int[] olds;
  private final int[] news;
  private final int[] cells;
  private final long[] addends;

  // Together they are more than C2 inlines into one method, and what is left over is called with
  // boxed vectors. It leaves a call site with three kinds of receivers alone.
  private final Stage[] stages = {this::multiply, this::activate, this::updateStates};

  // Of the running job.
  private DecoderJob job;
  private int workers;
  private boolean sharedUnits;
  private int firstRow;
  private int endRow;
  private int firstOwnRow;
  private int endOwnRow;
  private int firstGroup;
  private int endGroup;

  BatchPass(DecoderState state, WorkerTeam team, int worker, TokenDraw draw) {
    this.state = state;
    this.team = team;
    this.worker = worker;
    this.draw = draw;
    products = state.kernels().products(state.weights().format());
    headProducts = state.kernels().products(WeightFormat.FLOAT32);
    panelBytes = state.panelBytes();
    panel = state.shape().panel();
    lanes = state.shape().lanes();
    hidden = state.shape().hidden();
    int streams = state.streams();
    gates = new float[panel * Math.min(BLOCK, streams)];
    inputGates = new float[panel * Math.min(BLOCK, streams)];
    inputs = new int[streams];
    olds = new int[streams];
    news = new int[streams];
    cells = new int[streams];
    addends = new long[streams];
  }

  /**
   * Runs this worker's part.
   *
   * @param shareUnits whether the workers share out the units instead of the streams
   */
  void run(DecoderJob newJob, int workersOfJob, boolean shareUnits) {
    job = newJob;
    workers = workersOfJob;
    sharedUnits = shareUnits && workers > 1;
    int rows = job.rowCount;
    firstOwnRow = rows * worker / workers;
    endOwnRow = rows * (worker + 1) / workers;
    int groups = state.shape().groups();
    firstRow = sharedUnits ? 0 : firstOwnRow;
    endRow = sharedUnits ? rows : endOwnRow;
    firstGroup = sharedUnits ? groups * worker / workers : 0;
    endGroup = sharedUnits ? groups * (worker + 1) / workers : groups;
    for (int step = 0; job.first + step < job.end; step++) {
      step(step);
    }
  }

  private void step(int step) {
    if (job.sampling != null) {
      drawTokens(step);
      meet();
    }
    for (int layer = 0; layer < state.shape().layers(); layer++) {
      findRows(layer, step);
      for (int group = firstGroup; group < endGroup; group++) {
        for (int row = firstRow; row < endRow; row += BLOCK) {
          unitsOfGroup(layer, group, row, Math.min(BLOCK, endRow - row));
        }
      }
      if (sharedUnits && worker == 0 && team.slow()) {
        job.end = job.first + step + 1;
      }
      meet();
    }
    head(step);
  }

  private void meet() {
    if (sharedUnits) {
      team.arrive(worker);
      team.await(worker, workers);
    }
  }

  private void drawTokens(int step) {
    StreamStates states = state.states();
    for (int row = firstOwnRow; row < endOwnRow; row++) {
      int stream = job.rows[row];
      job.tokens[(job.first + step) * state.streams() + stream] =
          draw.draw(
              states.values(),
              states.logits(stream),
              job.sampling,
              states.seed(stream),
              states.draws(stream) + step);
    }
  }

  private void findRows(int layer, int step) {
    StreamStates states = state.states();
    PackedWeights weights = state.weights();
    int embedding = state.shape().inputRows(0);
    for (int row = firstRow; row < endRow; row++) {
      int stream = job.rows[row];
      int token = job.tokens[(job.first + step) * state.streams() + stream];
      inputs[row] = layer == 0 ? token * embedding : states.hidden(stream, layer - 1, step + 1);
      olds[row] = states.hidden(stream, layer, step);
      news[row] = states.hidden(stream, layer, step + 1);
      cells[row] = states.cell(stream, layer);
      addends[row] = weights.addend(layer, token);
    }
  }

  /** What is done for a group of units in some streams. */
  private interface Stage {
    void run(int layer, int group, int row, int rows);
  }

  private void unitsOfGroup(int layer, int group, int row, int rows) {
    for (Stage stage : stages) {
      stage.run(layer, group, row, rows);
    }
  }

  private void multiply(int layer, int group, int row, int rows) {
    PackedWeights weights = state.weights();
    float[] values = state.states().values();
    int inputRows = state.shape().inputRows(layer);
    long recurrent = weights.recurrent(layer) + products.panelBytes(hidden) * group;
    products.multiplyRows(recurrent, values, olds, row, rows, hidden, gates, 0, panel);
    if (inputRows > 0) {
      float[] x = layer == 0 ? weights.embedding() : values;
      long w = weights.input(layer) + products.panelBytes(inputRows) * group;
      products.multiplyRows(w, x, inputs, row, rows, inputRows, inputGates, 0, panel);
    }
  }

  private void activate(int layer, int group, int row, int rows) {
    DecoderKernels kernels = state.kernels();
    boolean twoProducts = state.shape().inputRows(layer) > 0;
    for (int i = 0; i < rows; i++) {
      int at = panel * i;
      long addend = addends[row + i] + panelBytes * group;
      if (twoProducts) {
        kernels.activateSum(gates, at, inputGates, at, addend, DecoderKernels.PANEL_VECTORS);
      } else {
        kernels.activate(gates, at, addend, DecoderKernels.PANEL_VECTORS);
      }
    }
  }

  private void updateStates(int layer, int group, int row, int rows) {
    DecoderKernels kernels = state.kernels();
    float[] values = state.states().values();
    int units = lanes * group;
    for (int i = 0; i < rows; i++) {
      int at = panel * i;
      int c = cells[row + i] + units;
      kernels.updateCell(gates, at, values, c, 1);
      kernels.hidden(gates, at, values, c, values, news[row + i] + units, 1);
    }
  }

  // The products write at equal strides, so they take streams without an idle one between them.
  private void head(int step) {
    DecoderShape shape = state.shape();
    StreamStates states = state.states();
    PackedWeights weights = state.weights();
    float[] values = states.values();
    for (int row = firstOwnRow; row < endOwnRow; row++) {
      olds[row] = states.hidden(job.rows[row], shape.layers() - 1, step + 1);
    }
    for (int p = 0; p < shape.headPanels(); p++) {
      long w = weights.head() + headProducts.panelBytes(hidden) * p;
      int row = firstOwnRow;
      while (row < endOwnRow) {
        int rows = adjacentRows(row);
        int at = states.logits(job.rows[row]) + panel * p;
        headProducts.multiplyRows(
            w, values, olds, row, rows, hidden, values, at, states.streamSize());
        row += rows;
      }
    }
    int vectors = DecoderKernels.PANEL_VECTORS * shape.headPanels();
    for (int row = firstOwnRow; row < endOwnRow; row++) {
      state.kernels().add(values, states.logits(job.rows[row]), weights.headBias(), vectors);
    }
  }

  private int adjacentRows(int row) {
    int rows = 1;
    while (rows < BLOCK && row + rows < endOwnRow && job.rows[row + rows] == job.rows[row] + rows) {
      rows++;
    }
    return rows;
  }
}

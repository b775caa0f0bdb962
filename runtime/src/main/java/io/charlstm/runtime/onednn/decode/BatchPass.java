package io.charlstm.runtime.onednn.decode;

import java.lang.foreign.Arena;

/**
 * One worker's part of decoding several streams. Either the workers share out the streams and never
 * meet, or they share out the hidden units and meet once a layer. Weights are read once for {@link
 * DecoderKernels#TILE_ROWS} streams, and in stretches that stay in the first-level cache while all
 * streams of a block pass.
 */
final class BatchPass {
  /** Streams that go through a panel together. */
  private static final int BLOCK = 64;

  /** Rows of a panel that go through together: 128 rows of 16-lane vectors are 32 KiB. */
  private static final int STRETCH = 128;

  private final DecoderState state;
  private final WorkerTeam team;
  private final int worker;
  private final TokenDraw draw;
  private final long gates;
  private final long panelBytes;
  private final long vectorBytes;
  private final int hidden;
  private final long[] inputs;
  private final long[] olds;
  private final long[] news;
  private final long[] cells;
  private final long[] addends;

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

  BatchPass(DecoderState state, WorkerTeam team, int worker, TokenDraw draw, Arena arena) {
    this.state = state;
    this.team = team;
    this.worker = worker;
    this.draw = draw;
    panelBytes = state.panelBytes();
    vectorBytes = state.vectorBytes();
    hidden = state.shape().hidden();
    int streams = state.streams();
    gates = arena.allocate(panelBytes * Math.min(BLOCK, streams), 64).address();
    inputs = new long[streams];
    olds = new long[streams];
    news = new long[streams];
    cells = new long[streams];
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
    for (int step = 0; step < job.steps; step++) {
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
      job.tokens[step * state.streams() + stream] =
          draw.draw(
              states.logits(stream),
              job.sampling,
              states.seed(stream),
              states.draws(stream) + step);
    }
  }

  private void findRows(int layer, int step) {
    StreamStates states = state.states();
    PackedWeights weights = state.weights();
    for (int row = firstRow; row < endRow; row++) {
      int stream = job.rows[row];
      int token = job.tokens[step * state.streams() + stream];
      inputs[row] =
          layer == 0 ? weights.embedding(token) : states.hidden(stream, layer - 1, step + 1);
      olds[row] = states.hidden(stream, layer, step);
      news[row] = states.hidden(stream, layer, step + 1);
      cells[row] = states.cell(stream, layer);
      addends[row] = weights.addend(layer, token);
    }
  }

  private void unitsOfGroup(int layer, int group, int row, int rows) {
    DecoderKernels kernels = state.kernels();
    PackedWeights weights = state.weights();
    int inputRows = state.shape().inputRows(layer);
    long panel = panelBytes * group;
    product(weights.recurrent(layer) + panel * hidden, hidden, olds, row, rows, false);
    if (inputRows > 0) {
      product(weights.input(layer) + panel * inputRows, inputRows, inputs, row, rows, true);
    }
    long units = vectorBytes * group;
    for (int i = 0; i < rows; i++) {
      int at = row + i;
      long z = gates + panelBytes * i;
      kernels.activate(z, addends[at] + panel, DecoderKernels.PANEL_VECTORS);
      kernels.cell(z, cells[at] + units, news[at] + units, 1);
    }
  }

  /** gates (rows, panel) = or += x W for one panel. */
  private void product(long weights, int k, long[] x, int row, int rows, boolean onto) {
    for (int j = 0; j < k; j += STRETCH) {
      int length = Math.min(STRETCH, k - j);
      boolean add = onto || j > 0;
      long w = weights + panelBytes * j;
      for (int i = 0; i < rows; i += DecoderKernels.TILE_ROWS) {
        long out = gates + panelBytes * i;
        long init = add ? out : state.weights().zeros();
        tile(
            w,
            x,
            row + i,
            Math.min(DecoderKernels.TILE_ROWS, rows - i),
            4L * j,
            length,
            init,
            add ? panelBytes : 0,
            out,
            panelBytes);
      }
    }
  }

  private void tile(
      long w,
      long[] x,
      int row,
      int rows,
      long offset,
      int k,
      long init,
      long initStride,
      long out,
      long outStride) {
    DecoderKernels kernels = state.kernels();
    if (rows == DecoderKernels.TILE_ROWS) {
      kernels.multiplyTile(
          w,
          x[row] + offset,
          x[row + 1] + offset,
          x[row + 2] + offset,
          x[row + 3] + offset,
          k,
          init,
          initStride,
          out,
          outStride);
      return;
    }
    for (int i = 0; i < rows; i++) {
      kernels.multiplyRow(
          w, 1, x[row + i] + offset, k, init + initStride * i, 0, out + outStride * i);
    }
  }

  // The logits start from the bias and are written in place, so a tile needs equal strides: the
  // streams of a tile are adjacent only when none is idle, else they go one by one.
  private void head(int step) {
    DecoderShape shape = state.shape();
    StreamStates states = state.states();
    PackedWeights weights = state.weights();
    for (int row = firstOwnRow; row < endOwnRow; row++) {
      olds[row] = states.hidden(job.rows[row], shape.layers() - 1, step + 1);
    }
    for (int panel = 0; panel < shape.headPanels(); panel++) {
      long w = weights.head() + panelBytes * panel * hidden;
      long init = weights.headBias() + panelBytes * panel;
      int row = firstOwnRow;
      while (row < endOwnRow) {
        int rows = adjacentRows(row);
        long out = states.logits(job.rows[row]) + panelBytes * panel;
        tile(w, olds, row, rows, 0, hidden, init, 0, out, states.streamBytes());
        row += rows;
      }
    }
  }

  private int adjacentRows(int row) {
    int rows = 1;
    while (rows < DecoderKernels.TILE_ROWS
        && row + rows < endOwnRow
        && job.rows[row + rows] == job.rows[row] + rows) {
      rows++;
    }
    return rows;
  }
}

package io.charlstm.runtime.onednn.decode;

/**
 * One worker's part of decoding several streams. Either the workers share out the streams and never
 * meet, or they share out the hidden units and meet once a layer.
 */
final class BatchPass {
  private final DecoderState state;
  private final WorkerTeam team;
  private final int worker;
  private final TokenDraw draw;
  private final RowTiles tiles;
  private final BatchLayer layers;
  private final BatchHead head;

  // Of the running job.
  private DecoderJob job;
  private int workers;
  private boolean sharedUnits;
  private int firstOwnTile;
  private int endOwnTile;

  BatchPass(DecoderState state, WorkerTeam team, int worker, TokenDraw draw) {
    this.state = state;
    this.team = team;
    this.worker = worker;
    this.draw = draw;
    tiles = new RowTiles(state.kernels()::tileRows, state.streams());
    layers = new BatchLayer(state, tiles);
    head = new BatchHead(state, tiles);
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
    begin();
    meet();
    for (int step = 0; job.first + step < job.end; step++) {
      step(step);
    }
  }

  private void begin() {
    int rows = job.rowCount;
    int groups = state.shape().groups();
    if (sharedUnits) {
      tiles.split(0, rows);
      firstOwnTile = tiles.count() * worker / workers;
      endOwnTile = tiles.count() * (worker + 1) / workers;
      layers.begin(job, groups * worker / workers, groups * (worker + 1) / workers);
    } else {
      tiles.split(rows * worker / workers, rows * (worker + 1) / workers);
      firstOwnTile = 0;
      endOwnTile = tiles.count();
      layers.begin(job, 0, groups);
    }
  }

  private void step(int step) {
    if (job.sampling != null) {
      drawTokens(step);
      meet();
    }
    for (int layer = 0; layer < state.shape().layers(); layer++) {
      layers.run(layer, step);
      if (sharedUnits && worker == 0 && team.slow()) {
        job.end = job.first + step + 1;
      }
      meet();
    }
    head.run(job, firstOwnTile, endOwnTile, step);
  }

  private void meet() {
    if (sharedUnits) {
      team.arrive(worker);
      team.await(worker, workers);
    }
  }

  private void drawTokens(int step) {
    StreamStates states = state.states();
    for (int row = tiles.first(firstOwnTile); row < tiles.first(endOwnTile); row++) {
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
}

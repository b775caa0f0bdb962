package io.charlstm.runtime.onednn.decode;

/**
 * One worker's part of decoding one stream: the workers share out the hidden units, all four gates
 * of a unit together, and meet once a layer. While the others come in, a worker multiplies the next
 * layer's recurrent weights, whose input is already there; so meeting costs next to nothing. Every
 * worker draws the token for itself.
 */
final class SingleStreamPass {
  /** Output weights from which the workers share them out, which costs one more meeting. */
  private static final long SHARED_HEAD_SIZE = 64 << 10;

  private final DecoderState state;
  private final WorkerTeam team;
  private final int worker;
  private final TokenDraw draw;
  private final PanelProducts products;
  private final PanelProducts headProducts;
  private final float[] gates;
  private final float[] inputGates;
  private final float[] ownLogits;
  private final long panelBytes;
  private final int lanes;
  private final int hidden;

  // Of the running job.
  private int workers;
  private int stream;
  private int firstGroup;
  private int groups;
  private boolean shared;
  private float[] logits;
  private int logitsAt;

  SingleStreamPass(DecoderState state, WorkerTeam team, int worker, TokenDraw draw) {
    this.state = state;
    this.team = team;
    this.worker = worker;
    this.draw = draw;
    products = state.kernels().products(state.weights().format());
    headProducts = state.kernels().products(WeightFormat.FLOAT32);
    DecoderShape shape = state.shape();
    gates = new float[shape.gates()];
    inputGates = new float[shape.gates()];
    ownLogits = new float[shape.paddedVocabulary()];
    panelBytes = state.panelBytes();
    lanes = shape.lanes();
    hidden = shape.hidden();
  }

  void run(DecoderJob job, int workersOfJob) {
    DecoderShape shape = state.shape();
    workers = workersOfJob;
    stream = job.rows[0];
    firstGroup = (int) ((long) shape.groups() * worker / workers);
    groups = (int) ((long) shape.groups() * (worker + 1) / workers) - firstGroup;
    shared = workers == 1 || (long) shape.paddedVocabulary() * hidden >= SHARED_HEAD_SIZE;
    logits = shared || worker == 0 ? state.states().values() : ownLogits;
    logitsAt = shared || worker == 0 ? state.states().logits(stream) : 0;
    int last = shape.layers() - 1;
    recurrent(0, 0);
    for (int step = 0; job.first + step < job.end; step++) {
      int token = nextToken(job, step);
      for (int layer = 0; layer < last; layer++) {
        finishLayer(layer, step, token);
        team.arrive(worker);
        recurrent(layer + 1, step);
        team.await(worker, workers);
      }
      finishLayer(last, step, token);
      if (worker == 0 && team.slow()) {
        job.end = job.first + step + 1;
      }
      boolean ahead = last > 0 && job.first + step + 1 < job.end;
      team.arrive(worker);
      if (ahead) {
        recurrent(0, step + 1);
      }
      team.await(worker, workers);
      if (!ahead && job.first + step + 1 < job.end) {
        recurrent(0, step + 1);
      }
      head(step);
    }
  }

  private int nextToken(DecoderJob job, int step) {
    int at = (job.first + step) * state.streams() + stream;
    if (job.sampling == null) {
      return job.tokens[at];
    }
    StreamStates states = state.states();
    float[] from = step == 0 ? states.values() : logits;
    int fromAt = step == 0 ? states.logits(stream) : logitsAt;
    long index = states.draws(stream) + step;
    int token = draw.draw(from, fromAt, job.sampling, states.seed(stream), index);
    if (worker == 0) {
      job.tokens[at] = token;
    }
    return token;
  }

  /** gates = W_hh h of the step before. */
  private void recurrent(int layer, int step) {
    StreamStates states = state.states();
    long w = state.weights().recurrent(layer) + products.panelBytes(hidden) * firstGroup;
    int h = states.hidden(stream, layer, step);
    products.multiplyRow(w, groups, states.values(), h, hidden, gates, 0);
  }

  /** Adds the input product and the biases, and updates c and h of this worker's units. */
  private void finishLayer(int layer, int step, int token) {
    DecoderKernels kernels = state.kernels();
    PackedWeights weights = state.weights();
    StreamStates states = state.states();
    float[] values = states.values();
    int rows = state.shape().inputRows(layer);
    long addend = weights.addend(layer, token) + panelBytes * firstGroup;
    int vectors = DecoderKernels.PANEL_VECTORS * groups;
    if (rows > 0) {
      float[] x = layer == 0 ? weights.embedding() : values;
      int xAt = layer == 0 ? token * rows : states.hidden(stream, layer - 1, step + 1);
      long w = weights.input(layer) + products.panelBytes(rows) * firstGroup;
      products.multiplyRow(w, groups, x, xAt, rows, inputGates, 0);
      kernels.activateSum(gates, 0, inputGates, 0, addend, vectors);
    } else {
      kernels.activate(gates, 0, addend, vectors);
    }
    int units = lanes * firstGroup;
    int c = states.cell(stream, layer) + units;
    int h = states.hidden(stream, layer, step + 1) + units;
    kernels.updateCell(gates, 0, values, c, groups);
    kernels.hidden(gates, 0, values, c, values, h, groups);
  }

  private void head(int step) {
    DecoderKernels kernels = state.kernels();
    PackedWeights weights = state.weights();
    DecoderShape shape = state.shape();
    StreamStates states = state.states();
    int h = states.hidden(stream, shape.layers() - 1, step + 1);
    int first = shared ? shape.headPanels() * worker / workers : 0;
    int end = shared ? shape.headPanels() * (worker + 1) / workers : shape.headPanels();
    long w = weights.head() + headProducts.panelBytes(hidden) * first;
    int at = logitsAt + first * shape.panel();
    headProducts.multiplyRow(w, end - first, states.values(), h, hidden, logits, at);
    int vectors = DecoderKernels.PANEL_VECTORS * (end - first);
    kernels.add(logits, at, weights.headBias() + panelBytes * first, vectors);
    if (shared) {
      team.arrive(worker);
      team.await(worker, workers);
    }
  }
}

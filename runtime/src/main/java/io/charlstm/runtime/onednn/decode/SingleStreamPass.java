package io.charlstm.runtime.onednn.decode;

import java.lang.foreign.Arena;

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
  private final long gates;
  private final long ownLogits;
  private final long panelBytes;
  private final long vectorBytes;
  private final int hidden;

  // Of the running job.
  private int workers;
  private int stream;
  private int firstGroup;
  private int groups;

  SingleStreamPass(DecoderState state, WorkerTeam team, int worker, TokenDraw draw, Arena arena) {
    this.state = state;
    this.team = team;
    this.worker = worker;
    this.draw = draw;
    DecoderShape shape = state.shape();
    gates = arena.allocate(4L * shape.gates(), 64).address();
    ownLogits = arena.allocate(4L * shape.paddedVocabulary(), 64).address();
    panelBytes = state.panelBytes();
    vectorBytes = state.vectorBytes();
    hidden = shape.hidden();
  }

  void run(DecoderJob job, int workersOfJob) {
    DecoderShape shape = state.shape();
    workers = workersOfJob;
    stream = job.rows[0];
    firstGroup = (int) ((long) shape.groups() * worker / workers);
    groups = (int) ((long) shape.groups() * (worker + 1) / workers) - firstGroup;
    boolean sharedHead =
        workers > 1 && (long) shape.paddedVocabulary() * hidden >= SHARED_HEAD_SIZE;
    long shared = state.states().logits(stream);
    long logits = sharedHead || worker == 0 ? shared : ownLogits;
    int last = shape.layers() - 1;
    recurrent(0, 0);
    for (int step = 0; step < job.steps; step++) {
      int token = nextToken(job, step, step == 0 ? shared : logits);
      for (int layer = 0; layer < last; layer++) {
        finishLayer(layer, step, token);
        team.arrive(worker);
        recurrent(layer + 1, step);
        team.await(worker, workers);
      }
      finishLayer(last, step, token);
      team.arrive(worker);
      boolean ahead = last > 0 && step + 1 < job.steps;
      if (ahead) {
        recurrent(0, step + 1);
      }
      team.await(worker, workers);
      if (!ahead && step + 1 < job.steps) {
        recurrent(0, step + 1);
      }
      head(step, logits, sharedHead);
    }
  }

  private int nextToken(DecoderJob job, int step, long logits) {
    int at = step * state.streams() + stream;
    if (job.sampling == null) {
      return job.tokens[at];
    }
    StreamStates states = state.states();
    int token = draw.draw(logits, job.sampling, states.seed(stream), states.draws(stream) + step);
    if (worker == 0) {
      job.tokens[at] = token;
    }
    return token;
  }

  /** gates = W_hh h of the step before. */
  private void recurrent(int layer, int step) {
    long w = state.weights().recurrent(layer) + panelBytes * firstGroup * hidden;
    long h = state.states().hidden(stream, layer, step);
    state.kernels().multiplyRow(w, groups, h, hidden, state.weights().zeros(), 0, gates);
  }

  /** Adds the input product and the biases, and updates c and h of this worker's units. */
  private void finishLayer(int layer, int step, int token) {
    DecoderKernels kernels = state.kernels();
    PackedWeights weights = state.weights();
    StreamStates states = state.states();
    int rows = state.shape().inputRows(layer);
    if (rows > 0) {
      long x = layer == 0 ? weights.embedding(token) : states.hidden(stream, layer - 1, step + 1);
      long w = weights.input(layer) + panelBytes * firstGroup * rows;
      kernels.multiplyRow(w, groups, x, rows, gates, panelBytes, gates);
    }
    long addend = weights.addend(layer, token) + panelBytes * firstGroup;
    kernels.activate(gates, addend, DecoderKernels.PANEL_VECTORS * groups);
    long units = vectorBytes * firstGroup;
    kernels.cell(
        gates,
        states.cell(stream, layer) + units,
        states.hidden(stream, layer, step + 1) + units,
        groups);
  }

  private void head(int step, long logits, boolean sharedHead) {
    PackedWeights weights = state.weights();
    DecoderShape shape = state.shape();
    long h = state.states().hidden(stream, shape.layers() - 1, step + 1);
    int first = sharedHead ? shape.headPanels() * worker / workers : 0;
    int end = sharedHead ? shape.headPanels() * (worker + 1) / workers : shape.headPanels();
    state
        .kernels()
        .multiplyRow(
            weights.head() + panelBytes * first * hidden,
            end - first,
            h,
            hidden,
            weights.headBias() + panelBytes * first,
            panelBytes,
            logits + panelBytes * first);
    if (sharedHead) {
      team.arrive(worker);
      team.await(worker, workers);
    }
  }
}

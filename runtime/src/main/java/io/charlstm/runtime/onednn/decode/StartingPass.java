package io.charlstm.runtime.onednn.decode;

import io.charlstm.runtime.SamplingConfig;

/**
 * Decodes any number of streams in the caller's thread alone, with the plain kernels: the first
 * steps of a process, while the vector loops are not compiled yet and would take a hundred times as
 * long. The other passes and {@link TokenDraw} must not see plain kernels then: where C2 has seen
 * both kinds called it inlines both, and texts were written a sixth more slowly ever after.
 */
final class StartingPass {
  private final DecoderState state;
  private final PlainDecoderKernels kernels;
  private final PanelProducts products;
  private final PanelProducts headProducts;
  private final TokenChoice choice;
  private final float[] gates;
  private final float[] inputGates;

  StartingPass(DecoderState state) {
    this.state = state;
    DecoderShape shape = state.shape();
    kernels = new PlainDecoderKernels(shape.lanes());
    products = kernels.products(state.weights().format());
    headProducts = kernels.products(WeightFormat.FLOAT32);
    choice = new TokenChoice(shape);
    gates = new float[shape.gates()];
    inputGates = new float[shape.gates()];
  }

  /** Whether logits were not finite since the last call. */
  boolean forgetDivergence() {
    return choice.forgetDivergence();
  }

  /** Runs a job's steps. */
  void run(DecoderJob job) {
    for (int step = 0; job.first + step < job.end; step++) {
      for (int row = 0; row < job.rowCount; row++) {
        step(job, job.rows[row], step);
      }
    }
  }

  private void step(DecoderJob job, int stream, int step) {
    int at = (job.first + step) * state.streams() + stream;
    if (job.sampling != null) {
      job.tokens[at] = draw(job.sampling, stream, step);
    }
    for (int layer = 0; layer < state.shape().layers(); layer++) {
      layer(stream, layer, step, job.tokens[at]);
    }
    head(stream, step);
  }

  private int draw(SamplingConfig sampling, int stream, int step) {
    StreamStates states = state.states();
    float[] values = states.values();
    int logits = states.logits(stream);
    int vectors = DecoderKernels.PANEL_VECTORS * state.shape().headPanels();
    float max = kernels.max(values, logits, vectors);
    if (!choice.accepts(max)) {
      return 0;
    }
    if (TokenChoice.weighs(sampling)) {
      float scale = TokenChoice.scale(sampling);
      kernels.exponentials(values, logits, max, scale, choice.weights(), vectors);
    }
    long index = states.draws(stream) + step;
    return choice.choose(values, logits, max, sampling, states.seed(stream), index);
  }

  private void layer(int stream, int layer, int step, int token) {
    DecoderShape shape = state.shape();
    PackedWeights weights = state.weights();
    StreamStates states = state.states();
    float[] values = states.values();
    int groups = shape.groups();
    int h = states.hidden(stream, layer, step);
    products.multiplyRow(weights.recurrent(layer), groups, values, h, shape.hidden(), gates, 0);
    int rows = shape.inputRows(layer);
    long addend = weights.addend(layer, token);
    int vectors = DecoderKernels.PANEL_VECTORS * groups;
    if (rows > 0) {
      float[] x = layer == 0 ? weights.embedding() : values;
      int xAt = layer == 0 ? token * rows : states.hidden(stream, layer - 1, step + 1);
      products.multiplyRow(weights.input(layer), groups, x, xAt, rows, inputGates, 0);
      kernels.activateSum(gates, 0, inputGates, 0, addend, vectors);
    } else {
      kernels.activate(gates, 0, addend, vectors);
    }
    int c = states.cell(stream, layer);
    kernels.updateCell(gates, 0, values, c, groups);
    kernels.hidden(gates, 0, values, c, values, states.hidden(stream, layer, step + 1), groups);
  }

  private void head(int stream, int step) {
    DecoderShape shape = state.shape();
    PackedWeights weights = state.weights();
    StreamStates states = state.states();
    int panels = shape.headPanels();
    int h = states.hidden(stream, shape.layers() - 1, step + 1);
    int logits = states.logits(stream);
    headProducts.multiplyRow(
        weights.head(), panels, states.values(), h, shape.hidden(), states.values(), logits);
    int vectors = DecoderKernels.PANEL_VECTORS * panels;
    kernels.add(states.values(), logits, weights.headBias(), vectors);
  }
}

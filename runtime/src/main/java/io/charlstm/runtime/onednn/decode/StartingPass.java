package io.charlstm.runtime.onednn.decode;

/**
 * Decodes any number of streams in the caller's thread alone, with the plain kernels: the first
 * steps of a process, while the vector loops are not compiled yet and would take a hundred times as
 * long. The other passes must not run plain kernels then: what C2 sees called in a method it
 * inlines there, and with both kinds in one place there is too much of it.
 */
final class StartingPass {
  private final DecoderState state;
  private final PlainDecoderKernels kernels;
  private final PanelProducts products;
  private final PanelProducts headProducts;
  private final TokenDraw draw;
  private final float[] gates;
  private final float[] inputGates;

  StartingPass(DecoderState state) {
    this.state = state;
    DecoderShape shape = state.shape();
    kernels = new PlainDecoderKernels(shape.lanes());
    products = kernels.products(state.weights().format());
    headProducts = kernels.products(WeightFormat.FLOAT32);
    draw = new TokenDraw(kernels, shape);
    gates = new float[shape.gates()];
    inputGates = new float[shape.gates()];
  }

  /** What draws its tokens. */
  TokenDraw draw() {
    return draw;
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
      StreamStates states = state.states();
      long index = states.draws(stream) + step;
      job.tokens[at] =
          draw.draw(
              states.values(), states.logits(stream), job.sampling, states.seed(stream), index);
    }
    for (int layer = 0; layer < state.shape().layers(); layer++) {
      layer(stream, layer, step, job.tokens[at]);
    }
    head(stream, step);
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

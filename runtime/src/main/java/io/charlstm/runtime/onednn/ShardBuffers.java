package io.charlstm.runtime.onednn;

/**
 * Addresses of one shard's activations: R lanes through all layers, which its slices share.
 * Time-major; strides between steps are in bytes. A plan that only evaluates keeps one step of what
 * only the backward pass reads again, by a stride of 0.
 */
final class ShardBuffers {
  /**
   * Zeros behind what products read in bfloat16, as with AMX they read up to a tile on; halves of
   * float32 numbers there would now and then be NaN.
   */
  private static final int GUARD = 64;

  final int index;

  /** int32 (T,R) each. */
  final long inputs;

  final long targets;

  /**
   * [x_t, h_(t-1)] per layer: (T+1,R,K), in the plan's storage, rows {@link
   * PlanShape#stackedStride} apart.
   */
  final long[] stacked;

  /**
   * Gate activations, then gradients of the pre-activations, per layer: (T,R,4H), in the plan's
   * storage, rows {@link PlanShape#gateStride} apart.
   */
  final long[] gates;

  /** Per layer: (T+1,R,H). */
  final long[] cells;

  /** tanh(c) per layer: (T,R,H). */
  final long[] squashed;

  /** Gradient of c, per layer: (R,H). */
  final long[] cellGradients;

  /** Gradient of the bias, per layer but the table's: (4H). */
  final long[] biasGradients;

  /** (T*R,V): logits, after training their gradients. */
  final long logits;

  /** Gradients of the logits as the products read them, rounded; in float32 {@link #logits}. */
  final long logitGradients;

  /** (T*R). */
  final long tokenLosses;

  /** The last layer's h after output dropout (T*R,H), stored; 0 when it is not kept apart. */
  final long output;

  /** Gradient of what the output projection reads (T*R,H). */
  final long outputGradient;

  /** (H) zeros: the gradient of the last step's h from beyond the window. */
  final long noGradient;

  /**
   * This shard's part of the stacked weights' gradients (K,4H); 0 when they are summed up later.
   */
  final long[] weightGradients;

  /** This shard's part of the table's gradient (V,4H); 0 when it is summed up later. */
  final long tableGradient;

  ShardBuffers(PlanShape shape, int index, Carver carver) {
    this.index = index;
    int layers = shape.layers();
    long rows = shape.rows();
    long tokens = shape.shardTokens();
    long kept = shape.training() ? tokens : rows;
    int hidden = shape.hidden();
    inputs = carver.words(tokens);
    targets = carver.words(tokens);
    boolean rounds = shape.storage() != Storage.FP32;
    long guard = rounds ? GUARD : 0;
    long bytes = shape.storage().bytes();
    stacked = new long[layers];
    gates = new long[layers];
    cells = new long[layers];
    squashed = new long[layers];
    cellGradients = new long[layers];
    biasGradients = new long[layers];
    weightGradients = new long[layers];
    for (int l = 0; l < layers; l++) {
      stacked[l] =
          carver.bytes(Math.multiplyExact(tokens + rows, bytes * shape.stackedStride(l)) + guard);
      gates[l] = carver.bytes(Math.multiplyExact(kept, bytes * shape.gateStride()) + guard);
      cells[l] = carver.words(Math.multiplyExact(shape.training() ? tokens + rows : rows, hidden));
      squashed[l] = carver.words(Math.multiplyExact(kept, hidden));
      if (shape.training()) {
        cellGradients[l] = carver.words(Math.multiplyExact(rows, hidden));
        biasGradients[l] = carver.words(4L * hidden);
        weightGradients[l] =
            shape.gradientsByChunk() ? carver.words(4L * hidden * shape.width(l)) : 0;
      }
    }
    logits = carver.words(Math.multiplyExact(tokens, shape.vocabulary()));
    logitGradients =
        rounds
            ? carver.bytes(Math.multiplyExact(tokens, bytes * shape.logitGradientStride()))
            : logits;
    tokenLosses = carver.words(tokens);
    output =
        shape.separateOutput()
            ? carver.bytes(Math.multiplyExact(tokens, bytes * hidden) + guard)
            : 0;
    outputGradient = shape.training() ? carver.words(Math.multiplyExact(tokens, hidden)) : 0;
    noGradient = shape.training() ? carver.words(hidden) : 0;
    tableGradient =
        (rounds || shape.gradientsByChunk()) && shape.table()
            ? carver.words(Math.multiplyExact(shape.vocabulary(), 4L * hidden))
            : 0;
  }
}

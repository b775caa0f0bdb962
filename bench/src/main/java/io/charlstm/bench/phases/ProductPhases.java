package io.charlstm.bench.phases;

import io.charlstm.bench.peers.PeerShape;

/** In which phase of a training step a product is executed, told by its sizes. */
final class ProductPhases {
  /** Where products go whose sizes say nothing. */
  static final String OTHER = "OTHER";

  private final PeerShape shape;
  private final long tokens;

  ProductPhases(PeerShape shape, int threads) {
    this.shape = shape;
    this.tokens = (long) shape.window() * Math.ceilDiv(shape.batch(), threads);
  }

  /** Name of a phase of the engine's clock, or {@link #OTHER}. */
  String of(Product p) {
    long gates = 4L * shape.hidden();
    boolean ofTable = p.m() == shape.vocabulary() && shape.embedding() > 0;
    if (ofTable && p.k() == shape.embedding()) {
      return "PACK";
    }
    // Sums over tokens, or over the rows of the table.
    if (p.transposedSource() || p.k() == tokens || (ofTable && p.k() == gates)) {
      return "GRADIENTS";
    }
    if (p.n() == shape.vocabulary() || p.k() == shape.vocabulary()) {
      return "HEAD";
    }
    if (p.n() == gates) {
      return "FORWARD";
    }
    return p.k() == gates ? "BACKWARD" : OTHER;
  }
}

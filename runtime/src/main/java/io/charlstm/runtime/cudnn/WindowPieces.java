package io.charlstm.runtime.cudnn;

/**
 * A window's steps in pieces: where each layer has a descriptor of its own, a layer works on one
 * piece while the layer above works on the one before.
 *
 * @param steps of the window
 * @param count of the pieces, which differ by a step at most
 */
record WindowPieces(int steps, int count) {
  // L layers take (count + L - 1) / count as long as one; but every piece has its own launches and
  // smaller products.
  private static final int MOST = Integer.getInteger("charlstm.cuda.pieces", 4);
  private static final int LEAST_STEPS = 4;

  /** As many as pay; never fewer for more steps. */
  static WindowPieces of(int steps, int parts) {
    return new WindowPieces(steps, parts == 1 ? 1 : Math.clamp(steps / LEAST_STEPS, 1, MOST));
  }

  /** Steps before a piece. */
  int first(int piece) {
    return (int) ((long) steps * piece / count);
  }

  /** Steps of a piece. */
  int length(int piece) {
    return first(piece + 1) - first(piece);
  }
}

package io.charlstm.runtime.onednn;

/**
 * The cells of a slice's units, and what else brings its numbers into the storage that products
 * read.
 */
interface Activations {

  /** Writes the slice's columns of the tokens' embeddings to the x of layer 0, with dropout. */
  void embed(ShardSlice slice, int step);

  /**
   * Computes the cells of a step; h goes to this layer's next [x,h] and, dropped out, to whatever
   * is above.
   */
  void forward(ShardSlice slice, int layer, int step);

  /**
   * The gates of a step where the backward cell may turn them into gradients, rows 4H apart: the
   * first of the slice's units.
   */
  long gatesToDerive(ShardSlice slice, int layer, int step);

  /** Takes over the gradients of a step's pre-activations, which lie where the gates were. */
  void keepGateGradients(ShardSlice slice, int layer, int step);

  /** Takes over the gradients of the logits of {@code tokens} rows of the slice's steps. */
  void keepLogitGradients(ShardSlice slice, int tokens);

  /**
   * After the backward pass of a window of fewer steps than the plan's: what products see of it.
   */
  void endShortWindow(ShardSlice slice, int count);
}

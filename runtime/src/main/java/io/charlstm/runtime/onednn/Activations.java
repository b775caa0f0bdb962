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
   * The gates of a step where the backward cell may turn them into gradients: the first of the
   * slice's units.
   */
  long gatesToDerive(ShardSlice slice, int layer, int step);

  /** Elements from one row of them to the next. */
  int derivedGateStride(ShardSlice slice);

  /** Columns from one gate to the next there. */
  int derivedGateWidth(ShardSlice slice);

  /** Takes over the gradients of a step's pre-activations, which lie where the gates were. */
  void keepGateGradients(ShardSlice slice, int layer, int step);

  /** Takes over the gradients of the logits of {@code tokens} rows of the slice's steps. */
  void keepLogitGradients(ShardSlice slice, int tokens);

  /**
   * Clears what windows before left in the steps from {@code first} on, all but the state that step
   * {@code first} starts with, where products see more than a window's own steps.
   */
  void clear(ShardSlice slice, int first);
}

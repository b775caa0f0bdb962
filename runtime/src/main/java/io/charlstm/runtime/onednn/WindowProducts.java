package io.charlstm.runtime.onednn;

/**
 * The matrix products over all steps of a window: the output projection and its gradient, by
 * slices, each of which has some steps, and the gradients of the weights, to which every worker
 * contributes some columns over all shards in order, so that the sums need no second buffer and
 * always come out the same.
 *
 * <p>Memory is taken and calls are readied as with {@link StepProducts}.
 */
interface WindowProducts extends AutoCloseable {

  /** Takes places for rearranged weights and scratch memory. */
  void reserve(Carver carver);

  /** Readies the calls on the slices' buffers; gradients of the stacked weights go to theirs. */
  void bind(ShardBuffers[] shards, ShardSlice[] slices, StackedWeights stacked);

  /** Does this worker's share of rearranging the weights. */
  void prepare(int worker);

  /**
   * logits = output of the last layer times output weights + bias, for {@code tokens} rows, at
   * least 1, of the slice's steps.
   */
  void project(ShardSlice slice, int tokens);

  /** Gradient of what the projection read = gradients of the logits times output weights. */
  void projectGradient(ShardSlice slice, int tokens);

  /**
   * A worker's columns of a layer's [x,h]^T dG.
   *
   * @param count steps of the window
   * @param accumulate whether to add to the gradients as they are
   */
  void stackedWeights(int worker, int layer, int count, boolean accumulate);

  /** A worker's columns of the output weights' gradient. */
  void outputWeights(int worker, int count, boolean accumulate);

  @Override
  void close();
}

package io.charlstm.runtime.onednn;

/**
 * The matrix products over all steps of a window: the output projection and its gradient, one shard
 * at a time, and the gradients of the weights, to which every worker contributes some columns over
 * all shards in order, so that the sums need no second buffer and always come out the same.
 *
 * <p>Memory is taken and calls are readied as with {@link StepProducts}.
 */
interface WindowProducts extends AutoCloseable {

  /** Takes places for rearranged weights and scratch memory. */
  void reserve(Carver carver);

  /** Readies the calls on the shards' buffers; gradients of the stacked weights go to theirs. */
  void bind(ShardBuffers[] shards, StackedWeights stacked);

  /** Does this worker's share of rearranging the weights. */
  void prepare(int worker);

  /** logits = output of the last layer times output weights + bias, for {@code tokens} rows. */
  void project(ShardBuffers shard, int tokens);

  /** Gradient of what the projection read = gradients of the logits times output weights. */
  void projectGradient(ShardBuffers shard, int tokens);

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

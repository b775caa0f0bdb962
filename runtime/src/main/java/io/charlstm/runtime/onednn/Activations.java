package io.charlstm.runtime.onednn;

/** The cells of a shard, and what else brings numbers into the storage that products read. */
interface Activations {

  /** Writes the tokens' embeddings to the x of layer 0, with input dropout. */
  void embed(ShardBuffers shard, int step);

  /**
   * Computes the cells of a step; h goes to this layer's next [x,h] and, dropped out, to whatever
   * is above.
   */
  void forward(ShardBuffers shard, int layer, int step);

  /** The gates of a step where the backward cell may turn them into gradients (R,4H). */
  long gatesToDerive(ShardBuffers shard, int layer, int step);

  /** Takes over the gradients of a step's pre-activations, which lie where the gates were. */
  void keepGateGradients(ShardBuffers shard, int layer, int step);

  /** Takes over the gradients of the logits of {@code tokens} rows. */
  void keepLogitGradients(ShardBuffers shard, int tokens);

  /**
   * After the backward pass of a window of fewer steps than the plan's: what products see of it.
   */
  void endShortWindow(ShardBuffers shard, int count);
}

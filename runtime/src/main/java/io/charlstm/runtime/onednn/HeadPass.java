package io.charlstm.runtime.onednn;

/** Output projection and cross-entropy of one shard. */
final class HeadPass {
  private final PlanContext context;
  private final PlanShape shape;
  private final WindowProducts products;
  private final Activations activations;

  HeadPass(PlanContext context, WindowProducts products, Activations activations) {
    this.context = context;
    this.shape = context.shape();
    this.products = products;
    this.activations = activations;
  }

  /** Scores a window; the logits and each token's loss stay readable. */
  void evaluate(ShardBuffers shard, int steps) {
    int tokens = steps * shape.rows();
    products.project(shard, tokens);
    shard.loss =
        context
            .kernels()
            .crossEntropy(
                shard.logits, shard.targets, shard.tokenLosses, tokens, shape.vocabulary());
  }

  /** Scores a window and goes on to the gradient of what the projection read. */
  void train(ShardBuffers shard, int steps, float gradientScale) {
    int tokens = steps * shape.rows();
    int vocabulary = shape.vocabulary();
    products.project(shard, tokens);
    shard.loss =
        context
            .kernels()
            .crossEntropyGradient(shard.logits, shard.targets, tokens, vocabulary, gradientScale);
    activations.keepLogitGradients(shard, tokens);
    products.projectGradient(shard, tokens);
  }
}

package io.charlstm.runtime.onednn;

import io.charlstm.bindings.onednn.Sgemm;
import io.charlstm.runtime.kernels.Floats;

/** Output projection and cross-entropy of one shard. */
final class HeadPass {
  private final PlanContext context;
  private final PlanShape shape;

  HeadPass(PlanContext context) {
    this.context = context;
    this.shape = context.shape();
  }

  /** Scores a window; the logits and each token's loss stay readable. */
  void evaluate(ShardBuffers shard, int steps) {
    int tokens = steps * shape.rows();
    project(shard, tokens);
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
    int hidden = shape.hidden();
    project(shard, tokens);
    shard.loss =
        context
            .kernels()
            .crossEntropyGradient(shard.logits, shard.targets, tokens, vocabulary, gradientScale);
    long weights = context.parameters().outputWeights;
    Sgemm.run(
        false,
        false,
        tokens,
        hidden,
        vocabulary,
        1,
        shard.logits,
        vocabulary,
        weights,
        hidden,
        0,
        shard.outputGradient,
        hidden);
  }

  private void project(ShardBuffers shard, int tokens) {
    int vocabulary = shape.vocabulary();
    int hidden = shape.hidden();
    long bias = context.parameters().outputBias;
    for (long i = 0; i < tokens; i++) {
      Floats.copy(bias, shard.logits + 4 * i * vocabulary, vocabulary);
    }
    long source = context.steps().projected(shard);
    long stride = context.steps().projectedStride();
    long weights = context.parameters().outputWeights;
    Sgemm.run(
        false,
        true,
        tokens,
        vocabulary,
        hidden,
        1,
        source,
        stride,
        weights,
        hidden,
        1,
        shard.logits,
        vocabulary);
  }
}

package io.charlstm.runtime.onednn;

/** Output projection and cross-entropy of a slice's steps, of all lanes of its shard. */
final class HeadPass {
  private final PlanContext context;
  private final PlanShape shape;
  private final Steps steps;
  private final WindowProducts products;
  private final Activations activations;

  HeadPass(PlanContext context, WindowProducts products, Activations activations) {
    this.context = context;
    this.shape = context.shape();
    this.steps = context.steps();
    this.products = products;
    this.activations = activations;
  }

  /** Rows of the slice's steps in a window of {@code count}. */
  private int tokens(ShardSlice slice, int count) {
    return Math.max(0, Math.min(count, slice.steps.end()) - slice.steps.first()) * shape.rows();
  }

  /** Scores a window; the logits and each token's loss stay readable. */
  void evaluate(ShardSlice slice, int count) {
    slice.loss = 0;
    int tokens = tokens(slice, count);
    if (tokens == 0) {
      return;
    }
    products.project(slice, tokens);
    long offset = 4 * slice.firstRow;
    slice.loss =
        context
            .kernels()
            .crossEntropy(
                steps.logits(slice),
                slice.shard.targets + offset,
                slice.shard.tokenLosses + offset,
                tokens,
                shape.vocabulary());
  }

  /** Scores a window and goes on to the gradient of what the projection read. */
  void train(ShardSlice slice, int count, float gradientScale) {
    slice.loss = 0;
    int tokens = tokens(slice, count);
    if (tokens == 0) {
      return;
    }
    products.project(slice, tokens);
    slice.loss =
        context
            .kernels()
            .crossEntropyGradient(
                steps.logits(slice),
                slice.shard.targets + 4 * slice.firstRow,
                tokens,
                shape.vocabulary(),
                gradientScale);
    activations.keepLogitGradients(slice, tokens);
    products.projectGradient(slice, tokens);
  }
}

package io.charlstm.runtime.cudnn;

/**
 * Gradient of the embedding: the window's positions are sorted by token, then the rows of dx of
 * each token are summed in the order of their positions.
 */
final class EmbeddingGradient {
  private static final int ACCUMULATE = 5;

  /** Columns of a block: EMBEDDING_TILE of embedding_gradient.cu. */
  private static final int TILE = 128;

  /** Rows that a warp of the sum should have on average before a token gets more warps. */
  private static final int ROWS_PER_WARP = 32;

  private static final int MOST_THREADS = 1024;

  private final KernelLaunch[] sorting;
  private final KernelLaunch sum;

  EmbeddingGradient(PassContext context, BackwardScratch scratch) {
    sorting = sorting(context, scratch);
    int width = context.shape().config().inputSize(0);
    CudnnNetwork network = context.network();
    sum =
        context
            .launches()
            .grid(
                context.typed("charlstm_embedding_gradient"),
                Math.multiplyExact(context.shape().vocabulary(), Math.ceilDiv(width, TILE)),
                sumBlock(context.rows(), context.shape().vocabulary()),
                context.buffers().inputGradient(0),
                scratch.order(),
                scratch.offsets(),
                network.gradientBlock() + 4 * network.layout().embedding(),
                width,
                0);
  }

  // The rows of a frequent token are a long chain, so tokens of a small vocabulary get many warps.
  private static int sumBlock(long rows, int vocabulary) {
    long warps = Math.max(1, rows / vocabulary / ROWS_PER_WARP);
    return Math.clamp(32 * Long.highestOneBit(warps), Launches.BLOCK, MOST_THREADS);
  }

  private static KernelLaunch[] sorting(PassContext context, BackwardScratch s) {
    Launches launches = context.launches();
    long tokens = context.buffers().inputs();
    long rows = context.rows();
    int v = context.shape().vocabulary();
    int chunks = Math.toIntExact(Math.ceilDiv(rows, (long) BackwardScratch.TOKEN_CHUNK));
    return new KernelLaunch[] {
      launches.grid(
          "charlstm_token_rank", chunks, Launches.BLOCK, tokens, s.ranks(), s.counts(), rows, v),
      launches.warps("charlstm_token_chunks", v, s.counts(), s.totals(), chunks, v),
      launches.block("charlstm_token_offsets", s.totals(), s.offsets(), v),
      launches.loop(
          "charlstm_token_place",
          rows,
          tokens,
          s.ranks(),
          s.counts(),
          s.offsets(),
          s.order(),
          rows,
          v)
    };
  }

  /** Queues it; {@code accumulate} adds to the gradient instead of replacing it. */
  void run(boolean accumulate) {
    for (KernelLaunch launch : sorting) {
      launch.run();
    }
    sum.setInt(ACCUMULATE, accumulate ? 1 : 0);
    sum.run();
  }
}

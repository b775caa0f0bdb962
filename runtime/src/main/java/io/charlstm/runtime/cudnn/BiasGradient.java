package io.charlstm.runtime.cudnn;

/** Gradient of the output bias: the sum of the rows of the logits' gradient, in a fixed order. */
final class BiasGradient {
  private static final int ACCUMULATE = 4;
  private static final int COLUMNS_PER_BLOCK = 32;

  private final KernelLaunch partials;
  private final KernelLaunch sums;

  BiasGradient(PassContext context, BackwardScratch scratch) {
    int columns = context.shape().vocabulary();
    int tiles = Math.ceilDiv(columns, COLUMNS_PER_BLOCK);
    int chunks =
        Math.toIntExact(Math.ceilDiv(context.rows(), (long) BackwardScratch.ROWS_PER_CHUNK));
    CudnnNetwork network = context.network();
    partials =
        context
            .launches()
            .grid(
                context.typed("charlstm_column_partials"),
                Math.multiplyExact(tiles, chunks),
                Launches.BLOCK,
                context.buffers().logitGradients(),
                scratch.columnPartials(),
                context.rows(),
                columns,
                OutputProjection.stride(columns),
                BackwardScratch.ROWS_PER_CHUNK);
    sums =
        context
            .launches()
            .warps(
                "charlstm_column_sums",
                columns,
                scratch.columnPartials(),
                network.gradientBlock() + 4 * network.layout().outputBias(),
                chunks,
                columns,
                0);
  }

  /** Queues it; {@code accumulate} adds to the gradient instead of replacing it. */
  void run(boolean accumulate) {
    partials.run();
    sums.setInt(ACCUMULATE, accumulate ? 1 : 0);
    sums.run();
  }
}

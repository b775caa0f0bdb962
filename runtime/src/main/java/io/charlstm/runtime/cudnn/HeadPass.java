package io.charlstm.runtime.cudnn;

/** h of the last layer to logits, losses and the gradient of the logits. */
final class HeadPass {
  private static final int SMALL_VOCABULARY = 128;
  private static final int MEDIUM_VOCABULARY = 512;
  private static final int MOST_THREADS = 512;

  /** Logits that a thread keeps in registers: CROSS_ENTROPY_HELD of cross_entropy.cu. */
  private static final int HELD = 16;

  private static final int SUM_BLOCK = 1024;
  private static final int GRADIENT_SCALE = 9;
  private static final int LOSS_SUM = 3;

  private final PassContext context;
  private final KernelLaunch scoring;
  private final KernelLaunch training;
  private final KernelLaunch lossSum;

  HeadPass(PassContext context) {
    this.context = context;
    PlanBuffers buffers = context.buffers();
    scoring = crossEntropy(0);
    training = context.shape().training() ? crossEntropy(buffers.logitGradients()) : null;
    lossSum =
        context
            .launches()
            .grid(
                "charlstm_loss_sum",
                1,
                sumBlock(context.rows()),
                buffers.tokenLosses(),
                buffers.targets(),
                context.rows(),
                0L);
  }

  private KernelLaunch crossEntropy(long gradients) {
    PlanBuffers buffers = context.buffers();
    int vocabulary = context.shape().vocabulary();
    int stride = OutputProjection.stride(vocabulary);
    Object[] arguments = {
      context.network().stateAddress(),
      buffers.logits(),
      buffers.targets(),
      buffers.tokenLosses(),
      gradients,
      context.rows(),
      vocabulary,
      stride,
      stride,
      0f
    };
    Launches launches = context.launches();
    if (vocabulary > MEDIUM_VOCABULARY) {
      int grid = launches.loopGrid(context.rows() * Launches.BLOCK);
      String name = context.typed("charlstm_cross_entropy_large");
      return launches.grid(name, grid, rowBlock(vocabulary), arguments);
    }
    String size = vocabulary > SMALL_VOCABULARY ? "medium" : "small";
    String name = context.typed("charlstm_cross_entropy_" + size);
    return launches.loop(name, 32 * context.rows(), arguments);
  }

  // As few threads as hold a row, so that more rows are under way.
  private static int rowBlock(int vocabulary) {
    int block = 128;
    while (block < MOST_THREADS && block * HELD < vocabulary) {
      block *= 2;
    }
    return block;
  }

  private static int sumBlock(long rows) {
    return Math.clamp(32 * Math.ceilDiv(rows, 32), 32, SUM_BLOCK);
  }

  /**
   * Queues the losses without gradients.
   *
   * @param loss address of the sum that they are added to
   */
  void score(long loss) {
    logits(context.buffers().lastOutput());
    scoring.run();
    addLosses(loss);
  }

  /**
   * Queues the losses and the gradient of the logits.
   *
   * @param gradientScale factor on the gradient of the summed loss
   * @param loss as in {@link #score}
   */
  void train(float gradientScale, long loss) {
    logits(context.shape().masksOutput() ? projected() : context.buffers().lastOutput());
    training.setFloat(GRADIENT_SCALE, gradientScale);
    training.run();
    addLosses(loss);
  }

  private long projected() {
    return context.buffers().maskedOutput(context.shape().parts() - 1);
  }

  private void logits(long y) {
    CudnnNetwork network = context.network();
    context
        .projection()
        .logits(
            y,
            network.working(network.layout().outputWeight()),
            network.parameterBlock() + 4 * network.layout().outputBias(),
            context.buffers().logits(),
            context.workspace());
  }

  private void addLosses(long loss) {
    lossSum.setLong(LOSS_SUM, loss);
    lossSum.run();
  }
}

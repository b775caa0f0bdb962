package io.charlstm.runtime.cudnn;

/** The kernels of an update: norm of the gradients, decision, rule, weights beside. */
final class UpdateLaunches {
  private static final int RATES = 3;
  private static final int RATE_COUNT = 4;
  private static final int OVER_TEXT = 8;

  private final KernelLaunch norm;
  private final KernelLaunch decide;
  private final KernelLaunch apply;
  private final ShadowLaunch shadow;

  /**
   * Prepares them.
   *
   * @param moments addresses of the moments, 0 where the rule has none
   * @param partials address of {@link #partials} doubles
   * @param shadow what follows the rule
   */
  UpdateLaunches(
      CudnnNetwork network,
      Launches launches,
      OptimizerKernels rule,
      long[] moments,
      long partials,
      ShadowLaunch shadow) {
    this.shadow = shadow;
    long count = network.layout().elements();
    long state = network.stateAddress();
    long gradients = network.gradientBlock();
    int grid = partials(network, launches);
    norm =
        launches.grid(
            "charlstm_norm_partials", grid, Launches.BLOCK, state, gradients, partials, count);
    decide =
        launches.block(
            "charlstm_update_decide",
            state,
            partials,
            grid,
            0L,
            1,
            rule.correctedFirst(),
            rule.correctedSecond(),
            rule.decoupledDecay(),
            0);
    apply =
        launches.loop(
            rule.kernel(),
            Math.ceilDiv(count, 4L),
            state,
            network.parameterBlock(),
            gradients,
            moments[0],
            moments[1],
            network.halfBlock(),
            copyKind(network.backend().arithmetic()),
            count,
            (float) rule.firstDecay(),
            (float) (1 - rule.firstDecay()),
            (float) rule.secondDecay(),
            (float) (1 - rule.secondDecay()),
            (float) rule.epsilon(),
            (float) rule.weightDecay(),
            rule.nesterov() ? 1 : 0);
  }

  /** Number of partial sums of the norm. */
  static int partials(CudnnNetwork network, Launches launches) {
    return launches.loopGrid(Math.ceilDiv(network.layout().elements(), 4L));
  }

  /** How a kernel is told of the 16-bit copy of the parameters. */
  static int copyKind(Precision precision) {
    return switch (precision) {
      case FP32, TF32 -> 0;
      case FP16 -> 1;
      case BF16 -> 2;
    };
  }

  /** Queues an update with the learning rate that the state holds. */
  void run() {
    run(0, 1, 0);
  }

  /**
   * Queues the update of a step over a text.
   *
   * @param rates address of {@code rateCount} learning rates, that of step s at s % rateCount
   */
  void runOverText(long rates, int rateCount) {
    run(rates, rateCount, 1);
  }

  private void run(long rates, int rateCount, int overText) {
    norm.run();
    decide.setLong(RATES, rates);
    decide.setInt(RATE_COUNT, rateCount);
    decide.setInt(OVER_TEXT, overText);
    decide.run();
    apply.run();
    shadow.run();
  }
}

package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.ShadowConfig;

/** What ties the parameters to the weights beside them, queued after each update's rule. */
final class ShadowLaunch {
  /** Null where there are no weights beside the parameters. */
  private final KernelLaunch blend;

  /**
   * Prepares it.
   *
   * @param shadow address of the weights beside the parameters
   */
  ShadowLaunch(CudnnNetwork network, Launches launches, ShadowConfig config, long shadow) {
    long parameters = network.parameterBlock();
    blend =
        switch (config) {
          case ShadowConfig.None _ -> null;
          case ShadowConfig.Average average ->
              blend(network, launches, shadow, parameters, 0, 0, average.decay(), 1);
          case ShadowConfig.Anchor anchor ->
              blend(
                  network,
                  launches,
                  parameters,
                  shadow,
                  network.halfBlock(),
                  UpdateLaunches.copyKind(network.backend().arithmetic()),
                  1 - anchor.rate(),
                  0);
        };
  }

  private static KernelLaunch blend(
      CudnnNetwork network,
      Launches launches,
      long values,
      long target,
      long copy,
      int copyKind,
      double decay,
      int warmUp) {
    long count = network.layout().elements();
    return launches.loop(
        "charlstm_blend",
        Math.ceilDiv(count, 4L),
        network.stateAddress(),
        values,
        target,
        copy,
        copyKind,
        count,
        decay,
        warmUp);
  }

  void run() {
    if (blend != null) {
      blend.run();
    }
  }
}

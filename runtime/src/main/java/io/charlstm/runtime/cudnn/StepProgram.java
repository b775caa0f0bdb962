package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.ownership.Resources;

/**
 * The work of a step over a text, the same for every step: what differs is read from the state on
 * the device.
 */
final class StepProgram implements AutoCloseable {
  private final Resources resources = new Resources();
  private final CudnnPlan plan;
  private final CudnnUpdater updater;
  private final RateTable rates;
  private final float gradientScale;
  private final long stepLoss;
  private final KernelLaunch windowBegin;
  private final KernelLaunch windowEnd;
  private final KernelLaunch stepEnd;

  StepProgram(
      CudnnPlan plan,
      CudnnUpdater updater,
      LaneChunks lanes,
      RateTable rates,
      float gradientScale) {
    this.plan = plan;
    this.updater = updater;
    this.rates = rates;
    this.gradientScale = gradientScale;
    CudnnNetwork network = plan.network();
    long state = network.stateAddress();
    this.stepLoss = state + StepState.STEP_LOSS;
    PlanBuffers buffers = plan.buffers();
    WindowShape shape = plan.shape();
    long h = buffers.hx();
    long c = buffers.cx();
    long halfWords = buffers.stateBytes() / 2;
    Launches launches = new Launches(network.backend(), resources);
    try {
      windowBegin =
          launches.loop(
              "charlstm_window_begin",
              Math.max(shape.rows(), halfWords / 4),
              state,
              lanes.address(),
              buffers.inputs(),
              buffers.targets(),
              h,
              c,
              halfWords,
              shape.sequenceLength(),
              shape.batchSize());
      windowEnd = launches.single("charlstm_window_end", state);
      stepEnd = launches.loop("charlstm_step_end", halfWords / 4, state, h, c, halfWords);
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  /** Queues the state's window; {@code accumulate} adds to the gradients of the one before. */
  void window(boolean accumulate) {
    windowBegin.run();
    plan.queueWindow(gradientScale, accumulate, stepLoss);
    windowEnd.run();
  }

  /** Queues the update that ends the state's step. */
  void update() {
    updater.queueOverText(rates.address(), RateTable.COUNT);
    stepEnd.run();
  }

  @Override
  public void close() {
    resources.close();
  }
}

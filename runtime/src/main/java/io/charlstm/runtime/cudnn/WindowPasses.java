package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.runtime.ownership.Resources;

/** Everything that is prepared for windows of one number of steps. */
final class WindowPasses implements AutoCloseable {
  private final Resources resources = new Resources();
  private final CudaStream stream;
  private final PlanBuffers buffers;
  private final WindowShape shape;
  private final int steps;
  private final LstmWindows lstm;
  private final OutputProjection projection;
  private ForwardPass forward;
  private HeadPass head;
  private BackwardPass backward;

  WindowPasses(
      CudnnBackend backend, LstmStack stack, PlanBuffers buffers, WindowShape shape, int steps) {
    this.stream = backend.stream();
    this.buffers = buffers;
    this.shape = shape;
    this.steps = steps;
    try {
      lstm = resources.own(new LstmWindows(backend, stack, shape, steps));
      projection =
          resources.own(new OutputProjection(backend.blas(), backend.stream(), shape, steps));
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  LstmWindows lstm() {
    return lstm;
  }

  /** Scratch memory that one call after the other may use. */
  long workspaceBytes() {
    return Math.max(lstm.workspaceBytes(), projection.workspaceBytes());
  }

  /** Fixes all addresses. */
  void bind(
      CudnnNetwork network, Workspaces workspaces, BackwardScratch scratch, DroppedWeights copies) {
    lstm.bind(network, buffers, workspaces);
    Launches launches = new Launches(network.backend(), resources);
    WeightDropout dropped = null;
    if (shape.dropsWeights()) {
      dropped = new WeightDropout(network, shape, copies, launches);
      lstm.dropWeights(network, dropped);
    }
    PassContext context =
        new PassContext(
            network,
            shape,
            buffers,
            steps,
            lstm,
            projection,
            new DropoutSites(shape.config()),
            dropped,
            launches,
            workspaces.shared().address());
    forward = new ForwardPass(context);
    head = new HeadPass(context);
    backward = shape.training() ? new BackwardPass(context, scratch) : null;
  }

  /**
   * Queues a window without dropout or gradients.
   *
   * @param loss address of the sum that its losses are added to
   */
  void score(long loss) {
    forward.score();
    head.score(loss);
    carry();
  }

  /**
   * Queues a window with its gradients.
   *
   * @param gradientScale factor on the gradient of the summed loss
   * @param accumulate whether to add to the gradients instead of replacing them
   * @param loss as in {@link #score}
   */
  void train(float gradientScale, boolean accumulate, long loss) {
    forward.train();
    head.train(gradientScale, loss);
    backward.run(accumulate);
    carry();
  }

  // Not before the backward pass is queued, which reads the state that the window started from.
  private void carry() {
    stream.copyOnDevice(buffers.hx(), buffers.hy(), buffers.stateBytes());
    stream.copyOnDevice(buffers.cx(), buffers.cy(), buffers.stateBytes());
  }

  @Override
  public void close() {
    resources.close();
  }
}

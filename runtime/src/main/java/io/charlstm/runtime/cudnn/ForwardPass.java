package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.DropoutMask;
import io.charlstm.runtime.NetworkConfig;

/** Tokens to h of the last layer. */
final class ForwardPass {
  private final PassContext context;
  private final KernelLaunch input;
  private final KernelLaunch inputMask;
  private final KernelLaunch[] outputMasks;

  ForwardPass(PassContext context) {
    this.context = context;
    PlanBuffers buffers = context.buffers();
    WindowShape shape = context.shape();
    NetworkConfig config = shape.config();
    input = config.oneHot() ? oneHot() : gather();
    inputMask =
        shape.training()
            ? context.mask(DropoutMask.INPUT_SITE, buffers.x(), buffers.x(), config.inputSize(0))
            : null;
    outputMasks = new KernelLaunch[shape.parts()];
    for (int part = 0; part < outputMasks.length; part++) {
      if (buffers.maskedOutput(part) != 0) {
        outputMasks[part] =
            context.mask(
                shape.siteAbove(part),
                buffers.layerOutput(part),
                buffers.maskedOutput(part),
                shape.hidden());
      }
    }
  }

  private KernelLaunch gather() {
    CudnnNetwork network = context.network();
    int width = context.shape().config().inputSize(0);
    return context
        .launches()
        .loop(
            context.typed("charlstm_gather"),
            context.rows() * Math.ceilDiv(width, 4),
            network.parameterBlock() + 4 * network.layout().embedding(),
            context.buffers().inputs(),
            context.buffers().x(),
            context.rows(),
            width);
  }

  private KernelLaunch oneHot() {
    int width = context.shape().vocabulary();
    return context
        .launches()
        .loop(
            context.typed("charlstm_one_hot"),
            context.rows() * width,
            context.buffers().inputs(),
            context.buffers().x(),
            context.rows(),
            width);
  }

  /** Queues the pass without dropout, of which no backward pass follows. */
  void score() {
    input.run();
    for (int part = 0; part < outputMasks.length; part++) {
      context.lstm().forward(part, false);
      if (part < outputMasks.length - 1) {
        passUnmasked(part);
      }
    }
  }

  // In a plan that trains, the layer above reads the buffer of masked outputs in either case.
  private void passUnmasked(int part) {
    PlanBuffers buffers = context.buffers();
    long to = buffers.layerInput(part + 1);
    long from = buffers.layerOutput(part);
    if (to != from) {
      long bytes = context.rows() * context.shape().hidden() * context.shape().precision().bytes();
      context.network().backend().stream().copyOnDevice(to, from, bytes);
    }
  }

  /** Queues the pass with dropout. */
  void train() {
    if (context.weightDropout() != null) {
      context.weightDropout().draw();
    }
    input.run();
    if (inputMask != null) {
      inputMask.run();
    }
    for (int part = 0; part < outputMasks.length; part++) {
      context.lstm().forward(part, true);
      if (outputMasks[part] != null) {
        outputMasks[part].run();
      }
    }
  }
}

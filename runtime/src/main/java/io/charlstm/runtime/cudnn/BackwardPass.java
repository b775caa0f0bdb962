package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.runtime.DropoutMask;

/**
 * The gradient of the logits to the gradients of all parameters. They keep the loss scale; whoever
 * reads them takes it out.
 */
final class BackwardPass {
  private static final int WIDENING_ACCUMULATE = 4;

  private final PassContext context;
  private final WindowShape shape;
  private final PlanBuffers buffers;
  private final CudnnNetwork network;
  private final CudaStream stream;
  private final BiasGradient biasGradient;
  private final EmbeddingGradient embeddingGradient;
  private final KernelLaunch inputMask;
  private final KernelLaunch[] outputMasks;
  private final KernelLaunch widening;

  BackwardPass(PassContext context, BackwardScratch scratch) {
    this.context = context;
    this.shape = context.shape();
    this.buffers = context.buffers();
    this.network = context.network();
    this.stream = network.backend().stream();
    biasGradient = new BiasGradient(context, scratch);
    boolean oneHot = shape.config().oneHot();
    embeddingGradient = oneHot ? null : new EmbeddingGradient(context, scratch);
    long dx = buffers.inputGradient(0);
    inputMask = context.mask(DropoutMask.INPUT_SITE, dx, dx, shape.config().inputSize(0));
    outputMasks = new KernelLaunch[shape.parts()];
    for (int part = 0; part < outputMasks.length; part++) {
      long dy = buffers.outputGradient(part);
      outputMasks[part] = context.mask(shape.siteAbove(part), dy, dy, shape.hidden());
    }
    widening = shape.precision().isHalf() ? widening() : null;
  }

  private KernelLaunch widening() {
    long count = network.layout().lstmElements();
    return context
        .launches()
        .loop(
            shape.precision() == Precision.FP16 ? "charlstm_from_f16" : "charlstm_from_bf16",
            Math.ceilDiv(count, 4L),
            network.weightGradientSpace(0),
            network.gradientBlock() + 4 * network.layout().weightSpace(0),
            count,
            1f,
            0);
  }

  /**
   * Queues the pass.
   *
   * @param accumulate whether to add to the gradients instead of replacing them
   */
  void run(boolean accumulate) {
    head(accumulate);
    clearLstmGradients(accumulate);
    for (int part = shape.parts() - 1; part >= 0; part--) {
      if (outputMasks[part] != null) {
        outputMasks[part].run();
      }
      context.lstm().backwardData(part);
      context.lstm().backwardWeights(part);
    }
    if (widening != null) {
      widening.setInt(WIDENING_ACCUMULATE, accumulate ? 1 : 0);
      widening.run();
    }
    if (embeddingGradient != null) {
      if (inputMask != null) {
        inputMask.run();
      }
      // A tied embedding has the projection's gradient already.
      embeddingGradient.run(accumulate || shape.config().tiedEmbedding());
    }
  }

  private void head(boolean accumulate) {
    int last = shape.parts() - 1;
    long gradients = buffers.logitGradients();
    long y = shape.masksOutput() ? buffers.maskedOutput(last) : buffers.lastOutput();
    long weight = network.layout().outputWeight();
    biasGradient.run(accumulate);
    OutputProjection projection = context.projection();
    projection.weightGradient(
        gradients, y, accumulate, network.gradientBlock() + 4 * weight, context.workspace());
    projection.inputGradient(
        gradients, network.working(weight), buffers.outputGradient(last), context.workspace());
  }

  // cuDNN only ever adds to the gradient of the weights.
  private void clearLstmGradients(boolean accumulate) {
    if (accumulate && !shape.precision().isHalf()) {
      return;
    }
    long bytes = network.layout().lstmElements() * shape.precision().bytes();
    stream.fill(network.weightGradientSpace(0), 0, bytes);
  }
}

package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.runtime.DropoutMask;

/**
 * The gradient of the logits to the gradients of all parameters. They keep the loss scale; whoever
 * reads them takes it out.
 */
final class BackwardPass {
  private static final int JOINING_ACCUMULATE = 4;

  private final PassContext context;
  private final WindowShape shape;
  private final PlanBuffers buffers;
  private final CudnnNetwork network;
  private final CudaStream stream;
  private final BiasGradient biasGradient;
  private final EmbeddingGradient embeddingGradient;
  private final KernelLaunch inputMask;
  private final KernelLaunch topMask;
  private final KernelLaunch[][] masks;
  private final LayerPipeline.Work data = this::dataOfPiece;
  private final LayerPipeline.Work weights;
  private final WeightDropout weightDropout;

  /** Where cuDNN adds the gradients of the LSTM's weights to. */
  private final long lstmGradients;

  /** Takes them to the other gradients, where they are apart. */
  private final KernelLaunch joining;

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
    weights = context.lstm()::backwardWeights;
    int top = shape.parts() - 1;
    masks = new KernelLaunch[top][context.lstm().pieces().count()];
    for (int part = 0; part < top; part++) {
      long dy = buffers.outputGradient(part);
      for (int piece = 0; piece < masks[part].length; piece++) {
        masks[part][piece] = context.pieceMask(part, dy, dy, piece);
      }
    }
    long dy = buffers.outputGradient(top);
    topMask = context.mask(shape.siteAbove(top), dy, dy, shape.hidden());
    weightDropout = context.weightDropout();
    lstmGradients =
        weightDropout == null ? network.weightGradientSpace(0) : weightDropout.gradients();
    joining = shape.precision().isHalf() || weightDropout != null ? joining() : null;
  }

  private KernelLaunch joining() {
    long count = network.layout().lstmElements();
    return context
        .launches()
        .loop(
            joiningKernel(shape.precision()),
            Math.ceilDiv(count, 4L),
            lstmGradients,
            network.gradientBlock() + 4 * network.layout().weightSpace(0),
            count,
            1f,
            0);
  }

  private static String joiningKernel(Precision precision) {
    return switch (precision) {
      case FP32, TF32 -> "charlstm_scale";
      case FP16 -> "charlstm_from_f16";
      case BF16 -> "charlstm_from_bf16";
    };
  }

  /**
   * Queues the pass.
   *
   * @param accumulate whether to add to the gradients instead of replacing them
   */
  void run(boolean accumulate) {
    head(accumulate);
    clearLstmGradients(accumulate);
    if (topMask != null) {
      topMask.run();
    }
    context.lstm().pipeline().down(data, weights);
    if (weightDropout != null) {
      weightDropout.maskGradients();
    }
    if (joining != null) {
      joining.setInt(JOINING_ACCUMULATE, accumulate ? 1 : 0);
      joining.run();
    }
    if (embeddingGradient != null) {
      if (inputMask != null) {
        inputMask.run();
      }
      // A tied embedding has the projection's gradient already.
      embeddingGradient.run(accumulate || shape.config().tiedEmbedding());
    }
  }

  private void dataOfPiece(int part, int piece) {
    if (part < masks.length) {
      masks[part][piece].run();
    }
    context.lstm().backwardData(part, piece);
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
    if (accumulate && joining == null) {
      return;
    }
    long bytes = network.layout().lstmElements() * shape.precision().bytes();
    stream.fill(lstmGradients, 0, bytes);
  }
}

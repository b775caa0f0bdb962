package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.DropoutMask;
import io.charlstm.runtime.NetworkConfig;

/** Tokens to h of the last layer. */
final class ForwardPass {
  private final PassContext context;
  private final KernelLaunch input;
  private final KernelLaunch inputMask;
  private final KernelLaunch topMask;
  private final KernelLaunch[][] masks;
  private final LayerPipeline.Work scoring = this::scorePiece;
  private final LayerPipeline.Work training = this::trainPiece;

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
    int top = shape.parts() - 1;
    masks = new KernelLaunch[top][context.lstm().pieces().count()];
    for (int part = 0; part < top && shape.training(); part++) {
      for (int piece = 0; piece < masks[part].length; piece++) {
        long y = buffers.layerOutput(part);
        masks[part][piece] = context.pieceMask(part, y, buffers.maskedOutput(part), piece);
      }
    }
    topMask =
        shape.masksOutput()
            ? context.mask(
                shape.siteAbove(top),
                buffers.layerOutput(top),
                buffers.maskedOutput(top),
                shape.hidden())
            : null;
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
    context.lstm().pipeline().up(scoring);
  }

  private void scorePiece(int part, int piece) {
    context.lstm().forward(part, piece, false);
    if (part < masks.length) {
      passUnmasked(part, piece);
    }
  }

  // In a plan that trains, the layer above reads the buffer of masked outputs in either case.
  private void passUnmasked(int part, int piece) {
    long to = context.buffers().layerInput(part + 1);
    long from = context.buffers().layerOutput(part);
    if (to != from) {
      WindowShape shape = context.shape();
      WindowPieces pieces = context.lstm().pieces();
      long step = (long) shape.batchSize() * shape.hidden() * shape.precision().bytes();
      long start = pieces.first(piece) * step;
      long bytes = pieces.length(piece) * step;
      context.lstm().stream(part).copyOnDevice(to + start, from + start, bytes);
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
    context.lstm().pipeline().up(training);
    if (topMask != null) {
      topMask.run();
    }
  }

  private void trainPiece(int part, int piece) {
    context.lstm().forward(part, piece, true);
    if (part < masks.length) {
      masks[part][piece].run();
    }
  }
}

package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.LstmBuffers;
import io.charlstm.bindings.cuda.LstmWindow;
import io.charlstm.runtime.ownership.Resources;
import java.util.ArrayList;
import java.util.List;

/**
 * The LSTM stack's descriptors and buffers for windows of one number of steps, in pieces where
 * layers have descriptors of their own.
 */
final class LstmWindows implements AutoCloseable {
  private final Resources resources = new Resources();
  private final LstmStack stack;
  private final WindowShape shape;
  private final WindowPieces pieces;
  private final List<LayerStream> streams = new ArrayList<>();
  private final LayerPipeline pipeline;

  /** Of each part, of each piece. */
  private final LstmWindow[][] windows;

  private final LstmBuffers[][] buffers;
  private final LstmWindow.TempSizes[][] sizes;

  /** Addresses of the weights, for scoring and for training. */
  private final long[] weights;

  private final long[] trainedWeights;

  LstmWindows(CudnnBackend backend, LstmStack stack, WindowShape shape, int steps) {
    this.stack = stack;
    this.shape = shape;
    pieces = shape.pieces(steps);
    int parts = stack.count();
    windows = new LstmWindow[parts][pieces.count()];
    buffers = new LstmBuffers[parts][pieces.count()];
    sizes = new LstmWindow.TempSizes[parts][pieces.count()];
    weights = new long[parts];
    trainedWeights = new long[parts];
    try {
      for (int part = 0; part < parts; part++) {
        streams.add(backend.layerStream(pieces.count() == 1 ? 0 : part));
        for (int piece = 0; piece < pieces.count(); piece++) {
          windows[part][piece] = window(part, pieces.length(piece));
          sizes[part][piece] = largest(windows[part][piece]);
        }
      }
      pipeline =
          resources.own(
              new LayerPipeline(
                  streams.stream().map(LayerStream::stream).toList(), pieces.count()));
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  private LstmWindow window(int part, int steps) {
    return resources.own(
        LstmWindow.create(stack.descriptor(part), stack.spec(part), steps, shape.batchSize()));
  }

  // A training plan scores too.
  private LstmWindow.TempSizes largest(LstmWindow window) {
    LstmWindow.TempSizes scoring = window.tempSizes(stack.handle(), false);
    if (!shape.training()) {
      return scoring;
    }
    LstmWindow.TempSizes both = window.tempSizes(stack.handle(), true);
    return new LstmWindow.TempSizes(
        Math.max(scoring.workspaceBytes(), both.workspaceBytes()), both.reserveBytes());
  }

  WindowPieces pieces() {
    return pieces;
  }

  /** In which order pieces are to be queued. */
  LayerPipeline pipeline() {
    return pipeline;
  }

  /** Where a part's pieces are queued. */
  CudaStream stream(int part) {
    return streams.get(part).stream();
  }

  /** Scratch memory that the calls of all parts may use one after the other. */
  long workspaceBytes() {
    long bytes = 0;
    for (int part = 0; part < sizes.length; part++) {
      bytes = Math.max(bytes, workspaceBytes(part));
    }
    return bytes;
  }

  /** Scratch memory for the calls of a part. */
  long workspaceBytes(int part) {
    long bytes = 0;
    for (LstmWindow.TempSizes size : sizes[part]) {
      bytes = Math.max(bytes, size.workspaceBytes());
    }
    return bytes;
  }

  /** Memory of a piece from its forward pass to the end of its backward pass. */
  long reserveBytes(int part, int piece) {
    return sizes[part][piece].reserveBytes();
  }

  /** Fixes the addresses of all calls. */
  void bind(CudnnNetwork network, PlanBuffers plan, Workspaces workspaces) {
    for (int part = 0; part < buffers.length; part++) {
      weights[part] = network.weightSpace(part);
      trainedWeights[part] = weights[part];
      for (int piece = 0; piece < pieces.count(); piece++) {
        LstmBuffers b = new LstmBuffers();
        b.weights = weights[part];
        b.dWeights = network.weightGradientSpace(part);
        b.weightBytes = stack.spaceBytes(part);
        b.workspace = workspaces.scratch(part).address();
        b.workspaceBytes = workspaces.scratch(part).bytes();
        b.reserve = workspaces.reserve(part, piece).address();
        b.reserveBytes = workspaces.reserve(part, piece).bytes();
        bindSequences(b, plan, part, piece);
        bindStates(b, plan, part, piece);
        buffers[part][piece] = b;
      }
    }
  }

  private void bindSequences(LstmBuffers b, PlanBuffers plan, int part, int piece) {
    long rows = (long) pieces.first(piece) * shape.batchSize() * shape.precision().bytes();
    long in = rows * shape.config().inputSize(part);
    long out = rows * shape.hidden();
    b.x = plan.layerInput(part) + in;
    b.y = plan.layerOutput(part) + out;
    b.dx = plan.inputGradient(part) + in;
    b.dy = plan.outputGradient(part) + out;
  }

  private void bindStates(LstmBuffers b, PlanBuffers plan, int part, int piece) {
    long state = plan.stateOffset(stack.firstLayer(part));
    PieceStates between = plan.pieceStates();
    boolean first = piece == 0;
    boolean last = piece == pieces.count() - 1;
    b.hx = first ? plan.hx() + state : between.h(part, piece - 1);
    b.cx = first ? plan.cx() + state : between.c(part, piece - 1);
    b.hy = last ? plan.hy() + state : between.h(part, piece);
    b.cy = last ? plan.cy() + state : between.c(part, piece);
    if (shape.training()) {
      b.dhx = first ? 0 : between.dh(part, piece - 1);
      b.dcx = first ? 0 : between.dc(part, piece - 1);
      b.dhy = last ? 0 : between.dh(part, piece);
      b.dcy = last ? 0 : between.dc(part, piece);
    }
  }

  /**
   * From now on the gradients of the weights go elsewhere.
   *
   * @param addresses one for each part
   */
  void divertGradients(List<Long> addresses) {
    for (int part = 0; part < buffers.length; part++) {
      for (LstmBuffers b : buffers[part]) {
        b.dWeights = addresses.get(part);
      }
    }
  }

  /** From now on training windows read weights of their own, whose gradients go apart. */
  void dropWeights(CudnnNetwork network, WeightDropout dropped) {
    List<Long> gradients = new ArrayList<>();
    for (int part = 0; part < buffers.length; part++) {
      long offset = network.weightSpace(part) - network.weightSpace(0);
      trainedWeights[part] = dropped.weights() + offset;
      gradients.add(dropped.gradients() + offset);
    }
    divertGradients(gradients);
  }

  void forward(int part, int piece, boolean train) {
    LstmBuffers b = buffers[part][piece];
    b.weights = train ? trainedWeights[part] : weights[part];
    windows[part][piece].forward(streams.get(part).cudnn(), train, b);
  }

  /** Gradient of the part's input; before {@link #backwardWeights}, which reads what it leaves. */
  void backwardData(int part, int piece) {
    LstmBuffers b = buffers[part][piece];
    b.weights = trainedWeights[part];
    windows[part][piece].backwardData(streams.get(part).cudnn(), b);
  }

  /** Adds to the gradient of the part's weights. */
  void backwardWeights(int part, int piece) {
    windows[part][piece].backwardWeights(streams.get(part).cudnn(), buffers[part][piece]);
  }

  @Override
  public void close() {
    resources.close();
  }
}

package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudnnHandle;
import io.charlstm.bindings.cuda.LstmBuffers;
import io.charlstm.bindings.cuda.LstmWindow;
import io.charlstm.runtime.ownership.Resources;
import java.util.ArrayList;
import java.util.List;

/** The LSTM stack's descriptors and buffers for windows of one number of steps. */
final class LstmWindows implements AutoCloseable {
  private final Resources resources = new Resources();
  private final CudnnHandle handle;
  private final LstmStack stack;
  private final boolean training;
  private final List<LstmWindow> windows = new ArrayList<>();
  private final List<LstmBuffers> buffers = new ArrayList<>();
  private final List<LstmWindow.TempSizes> sizes = new ArrayList<>();

  /** Addresses of the weights, for scoring and for training. */
  private final long[] weights;

  private final long[] trainedWeights;

  LstmWindows(LstmStack stack, int steps, int batchSize, boolean training) {
    this.handle = stack.handle();
    this.stack = stack;
    this.training = training;
    weights = new long[stack.count()];
    trainedWeights = new long[stack.count()];
    try {
      for (int part = 0; part < stack.count(); part++) {
        LstmWindow window =
            resources.own(
                LstmWindow.create(stack.descriptor(part), stack.spec(part), steps, batchSize));
        windows.add(window);
        sizes.add(largest(window));
      }
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  // A training plan scores too.
  private LstmWindow.TempSizes largest(LstmWindow window) {
    LstmWindow.TempSizes scoring = window.tempSizes(handle, false);
    if (!training) {
      return scoring;
    }
    LstmWindow.TempSizes both = window.tempSizes(handle, true);
    return new LstmWindow.TempSizes(
        Math.max(scoring.workspaceBytes(), both.workspaceBytes()), both.reserveBytes());
  }

  /** Scratch memory that one call after the other may use. */
  long workspaceBytes() {
    return sizes.stream().mapToLong(LstmWindow.TempSizes::workspaceBytes).max().orElse(0);
  }

  /** Memory of a part from its forward pass to the end of its backward pass. */
  long reserveBytes(int part) {
    return sizes.get(part).reserveBytes();
  }

  /** Fixes the addresses of all calls. */
  void bind(CudnnNetwork network, PlanBuffers plan, Workspaces workspaces) {
    for (int part = 0; part < stack.count(); part++) {
      LstmBuffers b = new LstmBuffers();
      int layer = stack.firstLayer(part);
      long state = plan.stateOffset(layer);
      b.x = plan.layerInput(part);
      b.y = plan.layerOutput(part);
      b.dx = plan.inputGradient(part);
      b.dy = plan.outputGradient(part);
      b.hx = plan.hx() + state;
      b.cx = plan.cx() + state;
      b.hy = plan.hy() + state;
      b.cy = plan.cy() + state;
      weights[part] = network.weightSpace(part);
      trainedWeights[part] = weights[part];
      b.weights = weights[part];
      b.dWeights = network.weightGradientSpace(part);
      b.weightBytes = stack.spaceBytes(part);
      b.workspace = workspaces.shared().address();
      b.workspaceBytes = workspaces.shared().bytes();
      b.reserve = workspaces.reserves().get(part).address();
      b.reserveBytes = workspaces.reserves().get(part).bytes();
      buffers.add(b);
    }
  }

  /** From now on the gradients of all weights go to one place, where nobody needs them. */
  void divertGradients(long address) {
    for (LstmBuffers b : buffers) {
      b.dWeights = address;
    }
  }

  /** From now on training windows read weights of their own, whose gradients go apart. */
  void dropWeights(CudnnNetwork network, WeightDropout dropped) {
    for (int part = 0; part < buffers.size(); part++) {
      long offset = network.weightSpace(part) - network.weightSpace(0);
      trainedWeights[part] = dropped.weights() + offset;
      buffers.get(part).dWeights = dropped.gradients() + offset;
    }
  }

  void forward(int part, boolean train) {
    buffers.get(part).weights = train ? trainedWeights[part] : weights[part];
    windows.get(part).forward(handle, train, buffers.get(part));
  }

  /** Gradient of the part's input; before {@link #backwardWeights}, which reads what it leaves. */
  void backwardData(int part) {
    buffers.get(part).weights = trainedWeights[part];
    windows.get(part).backwardData(handle, buffers.get(part));
  }

  /** Adds to the gradient of the part's weights. */
  void backwardWeights(int part) {
    windows.get(part).backwardWeights(handle, buffers.get(part));
  }

  @Override
  public void close() {
    resources.close();
  }
}

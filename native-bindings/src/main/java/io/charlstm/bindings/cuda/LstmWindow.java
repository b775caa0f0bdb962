package io.charlstm.bindings.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.charlstm.bindings.gen.cudnn.CudnnApi;
import io.charlstm.bindings.ownership.Construction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * One shape that an LSTM runs at: T steps of B sequences that are all T long. It owns the
 * descriptors of that shape; the LSTM's descriptor stays the caller's and must outlive it.
 */
public final class LstmWindow implements AutoCloseable {
  private final LstmDescriptor lstm;
  private final CudnnDescriptor x;
  private final CudnnDescriptor y;
  private final CudnnDescriptor state;
  private final String shape;

  private LstmWindow(
      LstmDescriptor lstm,
      CudnnDescriptor x,
      CudnnDescriptor y,
      CudnnDescriptor state,
      String shape) {
    this.lstm = lstm;
    this.x = x;
    this.y = y;
    this.state = state;
    this.shape = shape;
  }

  /**
   * Describes a shape; needs no GPU.
   *
   * @param spec what {@code lstm} was created with
   * @param steps T, 1 to 65535
   * @param batchSize B
   * @throws io.charlstm.bindings.NativeException when cuDNN refuses the shape
   */
  public static LstmWindow create(LstmDescriptor lstm, LstmSpec spec, int steps, int batchSize) {
    String shape = "T=" + steps + ", B=" + batchSize + ", " + spec;
    try (Construction parts = new Construction();
        Arena scratch = Arena.ofConfined()) {
      CudnnDescriptor x = parts.own(CudnnDescriptor.rnnData());
      setSequences(x, spec.dataType(), steps, batchSize, spec.inputSize(), scratch);
      CudnnDescriptor y = parts.own(CudnnDescriptor.rnnData());
      setSequences(y, spec.dataType(), steps, batchSize, spec.hiddenSize(), scratch);
      CudnnDescriptor state = parts.own(CudnnDescriptor.tensor());
      setState(state, spec, batchSize, scratch);
      parts.complete();
      return new LstmWindow(lstm, x, y, state, shape);
    }
  }

  /**
   * Memory that the calls need.
   *
   * @param workspaceBytes scratch of each call
   * @param reserveBytes kept from the forward pass to the gradient of the weights; 0 for inference
   */
  public record TempSizes(long workspaceBytes, long reserveBytes) {}

  /** Asks cuDNN for the memory needs at this shape. */
  public TempSizes tempSizes(CudnnHandle handle, boolean training) {
    lstm.setDropout(handle);
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment work = scratch.allocate(JAVA_LONG);
      MemorySegment reserve = scratch.allocate(JAVA_LONG);
      CudnnStatus.check(
          "cudnnGetRNNTempSpaceSizes",
          CudnnApi.cudnnGetRNNTempSpaceSizes(
              handle.segmentPointer(),
              lstm.pointer(),
              mode(training),
              x.segmentPointer(),
              work,
              reserve),
          shape);
      return new TempSizes(work.get(JAVA_LONG, 0), reserve.get(JAVA_LONG, 0));
    }
  }

  /**
   * Queues the forward pass: x, hx, cx to y, hy, cy.
   *
   * @param training whether a backward pass follows, for which the reserve space is filled
   */
  public void forward(CudnnHandle handle, boolean training, LstmBuffers buffers) {
    int status =
        CudnnCalls.forward(
            handle.pointer(),
            lstm.rnnAddress(),
            mode(training),
            x.pointer(),
            y.pointer(),
            state.pointer(),
            buffers);
    CudnnStatus.check("cudnnRNNForward", status, shape);
  }

  /**
   * Queues the gradient of the data: dy, dhy, dcy to dx, dhx, dcx. It also prepares the reserve
   * space for {@link #backwardWeights}, so it cannot be left out.
   */
  public void backwardData(CudnnHandle handle, LstmBuffers buffers) {
    int status =
        CudnnCalls.backwardData(
            handle.pointer(),
            lstm.rnnAddress(),
            x.pointer(),
            y.pointer(),
            state.pointer(),
            buffers);
    CudnnStatus.check("cudnnRNNBackwardData_v8", status, shape);
  }

  /** Queues the gradient of the weights, added to what {@code dWeights} holds. */
  public void backwardWeights(CudnnHandle handle, LstmBuffers buffers) {
    int status =
        CudnnCalls.backwardWeights(
            handle.pointer(),
            lstm.rnnAddress(),
            CudnnApi.CUDNN_WGRAD_MODE_ADD(),
            x.pointer(),
            y.pointer(),
            state.pointer(),
            buffers);
    CudnnStatus.check("cudnnRNNBackwardWeights_v8", status, shape);
  }

  /** Frees this shape's descriptors; a second call does nothing. */
  @Override
  public void close() {
    Construction.closeAll(List.of(state, y, x));
  }

  private static int mode(boolean training) {
    return training ? CudnnApi.CUDNN_FWD_MODE_TRAINING() : CudnnApi.CUDNN_FWD_MODE_INFERENCE();
  }

  /**
   * {@code cudnnSetRNNDataDescriptor}: packed time-major, which for sequences of one length is the
   * plain (T,B,width) array, and needs no padded mode.
   */
  static void setSequences(
      CudnnDescriptor data,
      CudnnDataType type,
      int steps,
      int batchSize,
      int width,
      Arena scratch) {
    MemorySegment lengths = scratch.allocate(JAVA_INT, Math.max(1, batchSize));
    for (int i = 0; i < batchSize; i++) {
      lengths.setAtIndex(JAVA_INT, i, steps);
    }
    CudnnStatus.check(
        "cudnnSetRNNDataDescriptor",
        CudnnApi.cudnnSetRNNDataDescriptor(
            data.segmentPointer(),
            type.code(),
            CudnnApi.CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_PACKED(),
            steps,
            batchSize,
            width,
            lengths,
            MemorySegment.NULL),
        "T=" + steps + ", B=" + batchSize + ", width " + width + ", " + type);
  }

  private static void setState(CudnnDescriptor state, LstmSpec spec, int batchSize, Arena scratch) {
    int hidden = spec.hiddenSize();
    MemorySegment sizes = scratch.allocateFrom(JAVA_INT, spec.numLayers(), batchSize, hidden);
    MemorySegment strides = scratch.allocateFrom(JAVA_INT, batchSize * hidden, hidden, 1);
    CudnnStatus.check(
        "cudnnSetTensorNdDescriptor",
        CudnnApi.cudnnSetTensorNdDescriptor(
            state.segmentPointer(), spec.dataType().code(), 3, sizes, strides),
        "(L,B,H) = (" + spec.numLayers() + "," + batchSize + "," + hidden + ")");
  }
}

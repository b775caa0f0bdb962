package io.charlstm.bindings.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.charlstm.bindings.gen.cudnn.CudnnApi;
import io.charlstm.bindings.ownership.Construction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * cuDNN's description of an LSTM. cuDNN checks it on the host, so that creating one needs no GPU;
 * everything that takes a handle does.
 */
public final class LstmDescriptor implements AutoCloseable {
  private static final int WEIGHT_DIMENSIONS = 3;

  private final LstmSpec spec;
  private final CudnnDescriptor rnn;
  private final CudnnDescriptor dropout;
  private boolean dropoutSet;

  private LstmDescriptor(LstmSpec spec, CudnnDescriptor rnn, CudnnDescriptor dropout) {
    this.spec = spec;
    this.rnn = rnn;
    this.dropout = dropout;
  }

  /**
   * Describes an LSTM.
   *
   * @throws io.charlstm.bindings.NativeException 2000 for sizes below 1; 3000 for a type or
   *     algorithm that this cuDNN does not have
   */
  public static LstmDescriptor create(LstmSpec spec) {
    CudaLibraries.require(CudaLibrary.CUDNN);
    try (Construction parts = new Construction()) {
      CudnnDescriptor rnn = parts.own(CudnnDescriptor.rnn());
      CudnnDescriptor dropout = parts.own(CudnnDescriptor.dropout());
      // Without a dropout descriptor for now: setting that one takes a handle.
      set(rnn, spec, MemorySegment.NULL);
      parts.complete();
      return new LstmDescriptor(spec, rnn, dropout);
    }
  }

  /** Bytes of the weight space: all weights and biases of all layers, in cuDNN's own layout. */
  public long weightSpaceBytes(CudnnHandle handle) {
    setDropout(handle);
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment size = scratch.allocate(JAVA_LONG);
      CudnnStatus.check(
          "cudnnGetRNNWeightSpaceSize",
          CudnnApi.cudnnGetRNNWeightSpaceSize(handle.segmentPointer(), pointer(), size),
          spec.toString());
      return size.get(JAVA_LONG, 0);
    }
  }

  /**
   * Where one gate's matrix or bias lies in the weight space.
   *
   * @param offsetBytes from the weight space's start
   * @param rows H
   * @param columns of the row-major matrix: the layer's input size or H; 1 for a bias
   */
  public record WeightParam(long offsetBytes, long rows, long columns) {}

  /**
   * The matrix of a gate.
   *
   * @param linLayerId 0-3: gates i, f, g, o on the layer's input; 4-7: the same on h(t-1)
   * @param base the weight space's address
   */
  public WeightParam matrix(
      CudnnHandle handle, int layer, int linLayerId, long weightSpaceBytes, long base) {
    return parameter(handle, layer, linLayerId, weightSpaceBytes, base, true);
  }

  /** The bias of a gate; see {@link #matrix}. */
  public WeightParam bias(
      CudnnHandle handle, int layer, int linLayerId, long weightSpaceBytes, long base) {
    return parameter(handle, layer, linLayerId, weightSpaceBytes, base, false);
  }

  /** Compiles the kernels of {@link RnnAlgorithm#PERSIST_DYNAMIC} for a batch size; expensive. */
  public void buildDynamic(CudnnHandle handle, int batchSize) {
    setDropout(handle);
    CudnnStatus.check(
        "cudnnBuildRNNDynamic",
        CudnnApi.cudnnBuildRNNDynamic(handle.segmentPointer(), pointer(), batchSize),
        spec + ", batch size " + batchSize);
  }

  MemorySegment pointer() {
    return rnn.segmentPointer();
  }

  long rnnAddress() {
    return rnn.pointer();
  }

  /** Before the first use on a device: a dropout of 0, without states. */
  void setDropout(CudnnHandle handle) {
    if (dropoutSet) {
      return;
    }
    MemorySegment zeroDropout = dropout.segmentPointer();
    CudnnStatus.check(
        "cudnnSetDropoutDescriptor",
        CudnnApi.cudnnSetDropoutDescriptor(
            zeroDropout, handle.segmentPointer(), 0, MemorySegment.NULL, 0, 0));
    set(rnn, spec, zeroDropout);
    dropoutSet = true;
  }

  private static void set(CudnnDescriptor rnn, LstmSpec spec, MemorySegment dropout) {
    CudnnStatus.check(
        "cudnnSetRNNDescriptor_v8",
        trySet(rnn, spec, spec.dataType().computeType(), dropout),
        spec.toString());
  }

  /** {@code cudnnSetRNNDescriptor_v8} with what all our LSTMs have in common; gives its status. */
  static int trySet(
      CudnnDescriptor rnn, LstmSpec spec, CudnnDataType computeType, MemorySegment dropout) {
    return CudnnApi.cudnnSetRNNDescriptor_v8(
        rnn.segmentPointer(),
        spec.algorithm().code(),
        CudnnApi.CUDNN_LSTM(),
        CudnnApi.CUDNN_RNN_DOUBLE_BIAS(),
        CudnnApi.CUDNN_UNIDIRECTIONAL(),
        CudnnApi.CUDNN_LINEAR_INPUT(),
        spec.dataType().code(),
        computeType.code(),
        spec.mathType().code(),
        spec.inputSize(),
        spec.hiddenSize(),
        spec.hiddenSize(), // projection size: as large as H means none
        spec.numLayers(),
        dropout,
        CudnnApi.CUDNN_RNN_PADDED_IO_DISABLED());
  }

  private WeightParam parameter(
      CudnnHandle handle, int layer, int gate, long bytes, long base, boolean matrix) {
    setDropout(handle);
    try (Arena scratch = Arena.ofConfined();
        CudnnDescriptor m = CudnnDescriptor.tensor();
        CudnnDescriptor b = CudnnDescriptor.tensor()) {
      MemorySegment addresses = scratch.allocate(ADDRESS, 2);
      CudnnStatus.check(
          "cudnnGetRNNWeightParams",
          CudnnApi.cudnnGetRNNWeightParams(
              handle.segmentPointer(),
              pointer(),
              layer,
              bytes,
              MemorySegment.ofAddress(base),
              gate,
              m.segmentPointer(),
              addresses,
              b.segmentPointer(),
              addresses.asSlice(ADDRESS.byteSize())),
          spec + ", layer " + layer + ", gate " + gate);
      long address = addresses.getAtIndex(JAVA_LONG, matrix ? 0 : 1);
      long[] sizes = sizes(matrix ? m : b, scratch);
      return new WeightParam(address - base, sizes[1], sizes[2]);
    }
  }

  /** A weight's sizes: 1, rows, columns. */
  private static long[] sizes(CudnnDescriptor tensor, Arena scratch) {
    MemorySegment type = scratch.allocate(JAVA_INT);
    MemorySegment count = scratch.allocate(JAVA_INT);
    MemorySegment sizes = scratch.allocate(JAVA_INT, WEIGHT_DIMENSIONS);
    MemorySegment strides = scratch.allocate(JAVA_INT, WEIGHT_DIMENSIONS);
    CudnnStatus.check(
        "cudnnGetTensorNdDescriptor",
        CudnnApi.cudnnGetTensorNdDescriptor(
            tensor.segmentPointer(), WEIGHT_DIMENSIONS, type, count, sizes, strides));
    long[] result = new long[WEIGHT_DIMENSIONS];
    for (int i = 0; i < WEIGHT_DIMENSIONS; i++) {
      result[i] = sizes.getAtIndex(JAVA_INT, i);
    }
    return result;
  }

  /** Frees the descriptors; a second call does nothing. */
  @Override
  public void close() {
    Construction.closeAll(List.of(rnn, dropout));
  }
}

package io.charlstm.bindings.cuda;

import io.charlstm.bindings.gen.cudnn.CudnnApi;
import java.lang.foreign.MemorySegment;
import java.util.function.ToIntFunction;

/** A descriptor of cuDNN, empty until it is set: a host object that needs no GPU. */
final class CudnnDescriptor extends CudaHandle {
  private final String name;
  private final ToIntFunction<MemorySegment> destroy;

  private CudnnDescriptor(String name, Creator creator, ToIntFunction<MemorySegment> destroy) {
    super("cuDNN " + name, create(CudnnStatus::check, "cudnnCreate" + name, creator));
    this.name = name;
    this.destroy = destroy;
  }

  static CudnnDescriptor tensor() {
    return new CudnnDescriptor(
        "TensorDescriptor",
        CudnnApi::cudnnCreateTensorDescriptor,
        CudnnApi::cudnnDestroyTensorDescriptor);
  }

  static CudnnDescriptor dropout() {
    return new CudnnDescriptor(
        "DropoutDescriptor",
        CudnnApi::cudnnCreateDropoutDescriptor,
        CudnnApi::cudnnDestroyDropoutDescriptor);
  }

  static CudnnDescriptor rnn() {
    return new CudnnDescriptor(
        "RNNDescriptor", CudnnApi::cudnnCreateRNNDescriptor, CudnnApi::cudnnDestroyRNNDescriptor);
  }

  /** A window's sequences. */
  static CudnnDescriptor rnnData() {
    return new CudnnDescriptor(
        "RNNDataDescriptor",
        CudnnApi::cudnnCreateRNNDataDescriptor,
        CudnnApi::cudnnDestroyRNNDataDescriptor);
  }

  @Override
  void destroy(long object) {
    CudnnStatus.check("cudnnDestroy" + name, destroy.applyAsInt(MemorySegment.ofAddress(object)));
  }
}

package io.charlstm.runtime.onednn.decode;

import io.charlstm.runtime.kernels.KernelSelection;

/** Chooses the inner loops, as {@link KernelSelection} does for the rest of the backend. */
final class DecoderKernelSelection {
  private DecoderKernelSelection() {}

  static DecoderKernels choose() {
    return KernelSelection.choosesVector() ? vector() : new PlainDecoderKernels();
  }

  static DecoderKernels vector() {
    return VectorKernelsHolder.create();
  }

  /** Keeps the verifier of the outer class from loading the vector classes. */
  private static final class VectorKernelsHolder {
    static DecoderKernels create() {
      return new VectorDecoderKernels();
    }
  }
}

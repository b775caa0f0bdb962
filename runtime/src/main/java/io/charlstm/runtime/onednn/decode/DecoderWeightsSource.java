package io.charlstm.runtime.onednn.decode;

/** Where a decoder reads the weights from. */
@FunctionalInterface
public interface DecoderWeightsSource {

  /**
   * Copies a tensor out under PyTorch's name, shape and gate order, row-major.
   *
   * @param destination exactly the tensor's number of elements
   */
  void read(String name, float[] destination);
}

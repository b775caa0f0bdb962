package io.charlstm.runtime;

import java.util.List;

/**
 * Named views of one flat block of values: parameters, gradients or an optimizer moment. The block
 * may be laid out as suits the backend; reads and writes translate to PyTorch's names, shapes and
 * gate order (i, f, g, o). Reading waits for the device.
 */
public interface ParameterBlock {

  /** The tensors in the block, in the order of {@link NetworkConfig#parameters()}. */
  List<ParameterSpec> specs();

  /**
   * Copies a tensor out, row-major.
   *
   * @param destination at least {@link ParameterSpec#size()} elements
   */
  void read(String name, float[] destination);

  /** Copies a tensor in, row-major. */
  void write(String name, float[] source);

  /** Sets every value to zero. */
  void clear();

  /** A fresh array with the tensor's values. */
  default float[] read(String name) {
    for (ParameterSpec spec : specs()) {
      if (spec.name().equals(name)) {
        float[] values = new float[spec.size()];
        read(name, values);
        return values;
      }
    }
    throw new IllegalArgumentException("no parameter named " + name);
  }
}

package io.charlstm.runtime;

import java.util.List;

/**
 * Name and canonical shape of one parameter tensor, as PyTorch names it.
 *
 * @param name for example {@code lstm.weight_ih_l0}
 * @param shape for example (4H,E); row-major
 */
public record ParameterSpec(String name, List<Integer> shape) {
  public ParameterSpec {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public int size() {
    int size = 1;
    for (int dimension : shape) {
      size = Math.multiplyExact(size, dimension);
    }
    return size;
  }
}

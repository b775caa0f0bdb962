package io.charlstm.runtime.safetensors;

import java.util.List;

/**
 * Where a tensor lies and what it is.
 *
 * @param name unique in the file
 * @param dtype element type
 * @param shape row-major; empty for a scalar
 * @param begin first byte, counted from the start of the data section
 * @param end one past the last byte
 */
public record TensorInfo(String name, DType dtype, List<Long> shape, long begin, long end) {
  public TensorInfo {
    shape = List.copyOf(shape);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException("byte range " + begin + " to " + end + " is not a range");
    }
  }

  /** Number of elements. */
  public long elements() {
    return product(shape);
  }

  /** Number of bytes. */
  public long byteSize() {
    return end - begin;
  }

  /**
   * Bytes a tensor of this type and shape takes.
   *
   * @throws ArithmeticException when the size does not fit a long or is not a whole byte
   */
  static long bytesOf(DType dtype, List<Long> shape) {
    long bits = Math.multiplyExact(product(shape), dtype.bits());
    if (bits % 8 != 0) {
      throw new ArithmeticException("not a whole number of bytes");
    }
    return bits / 8;
  }

  // A zero anywhere makes the product zero, but must not hide an overflow of the other factors.
  private static long product(List<Long> shape) {
    long product = 1;
    boolean empty = false;
    for (long dimension : shape) {
      empty |= dimension == 0;
      product = Math.multiplyExact(product, Math.max(1, dimension));
    }
    return empty ? 0 : product;
  }
}

package io.charlstm.runtime.safetensors;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;

/**
 * A tensor to be written; its values are asked for when their turn comes.
 *
 * @param values native byte order, exactly as many bytes as dtype and shape say
 */
record TensorSource(
    String name, DType dtype, List<Long> shape, long byteSize, Supplier<MemorySegment> values) {

  static TensorSource of(
      String name, DType dtype, List<? extends Number> shape, Supplier<MemorySegment> values) {
    List<Long> dimensions = shape.stream().map(Number::longValue).toList();
    if (name.equals(Header.METADATA)) {
      throw new IllegalArgumentException("a tensor cannot be named " + name);
    }
    if (dimensions.stream().anyMatch(dimension -> dimension < 0)) {
      throw new IllegalArgumentException(name + " has a negative dimension: " + dimensions);
    }
    return new TensorSource(name, dtype, dimensions, TensorInfo.bytesOf(dtype, dimensions), values);
  }

  TensorInfo at(long begin) {
    return new TensorInfo(name, dtype, shape, begin, Math.addExact(begin, byteSize));
  }

  /** The values, checked for their size. */
  MemorySegment checkedValues() {
    MemorySegment segment = values.get();
    if (segment.byteSize() != byteSize) {
      throw new IllegalArgumentException(
          name + " of shape " + shape + " needs " + byteSize + " bytes, not " + segment.byteSize());
    }
    return segment;
  }
}

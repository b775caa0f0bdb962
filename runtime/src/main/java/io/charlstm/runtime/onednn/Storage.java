package io.charlstm.runtime.onednn;

import io.charlstm.bindings.onednn.DataType;
import io.charlstm.runtime.kernels.Bf16;
import io.charlstm.runtime.kernels.Floats;

/**
 * How a plan keeps what its large products read: [x,h], the gradients of the gates' pre-activations
 * and what the output projection reads.
 */
enum Storage {
  FP32(DataType.F32),
  BF16(DataType.BF16);

  private final DataType type;

  Storage(DataType type) {
    this.type = type;
  }

  DataType type() {
    return type;
  }

  /** Bytes of an element. */
  long bytes() {
    return type.bytes();
  }

  /** Copies {@code count} elements out as floats. */
  void read(long address, float[] destination, int offset, int count) {
    if (this == BF16) {
      Bf16.read(address, destination, offset, count);
    } else {
      Floats.read(address, destination, offset, count);
    }
  }

  /** Copies {@code count} floats in, rounded. */
  void write(long address, float[] source, int offset, int count) {
    if (this == BF16) {
      Bf16.write(address, source, offset, count);
    } else {
      Floats.write(address, source, offset, count);
    }
  }

  void copy(long source, long destination, long count) {
    if (this == BF16) {
      Bf16.copy(source, destination, count);
    } else {
      Floats.copy(source, destination, count);
    }
  }

  void zero(long address, long count) {
    if (this == BF16) {
      Bf16.zero(address, count);
    } else {
      Floats.zero(address, count);
    }
  }
}

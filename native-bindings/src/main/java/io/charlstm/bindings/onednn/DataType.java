package io.charlstm.bindings.onednn;

/**
 * Type of a tensor's elements. The codes are those of {@code dnnl_data_type_t} in {@code
 * dnnl_common_types.h}, which are part of oneDNN's binary interface.
 */
public enum DataType {
  /** bfloat16: the upper half of a float32, rounded. */
  BF16(2, 2),
  F32(3, 4);

  private final int code;
  private final int bytes;

  DataType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  int code() {
    return code;
  }

  /** Bytes of an element. */
  public int bytes() {
    return bytes;
  }
}

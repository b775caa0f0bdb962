package io.charlstm.runtime.safetensors;

/** The element types of the safetensors format, under its names. All are little-endian. */
public enum DType {
  F4(4),
  F6_E2M3(6),
  F6_E3M2(6),
  BOOL(8),
  U8(8),
  I8(8),
  F8_E5M2(8),
  F8_E4M3(8),
  F8_E8M0(8),
  I16(16),
  U16(16),
  F16(16),
  BF16(16),
  I32(32),
  U32(32),
  F32(32),
  C64(64),
  F64(64),
  I64(64),
  U64(64);

  private final int bits;

  DType(int bits) {
    this.bits = bits;
  }

  /** Width of one element. */
  public int bits() {
    return bits;
  }

  /** Bytes of one element; only for types of whole bytes. */
  int bytes() {
    return bits / 8;
  }
}

package io.charlstm.runtime.safetensors;

/** What to do with NaN and infinities among F32 and F64 values. */
public enum NonFinite {
  /** A {@link ModelFileException} that names the tensor. */
  REJECT,
  /** Values pass unchecked. */
  ALLOW
}

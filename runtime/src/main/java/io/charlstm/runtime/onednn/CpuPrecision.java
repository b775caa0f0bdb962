package io.charlstm.runtime.onednn;

import java.util.Locale;

/** Type of the numbers that the matrix products of the CPU backend read; sums are float32. */
public enum CpuPrecision {
  FP32,
  /** bfloat16 weights and activations in training; bfloat16 weights in sampling. */
  BF16,
  /** int8 weights in sampling; nothing is trained in it. */
  INT8;

  /** As options name it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}

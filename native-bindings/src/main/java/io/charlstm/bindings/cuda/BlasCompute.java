package io.charlstm.bindings.cuda;

import io.charlstm.bindings.gen.cublaslt.CublasLtApi;

/** How a product is computed; sums are in single precision always. */
public enum BlasCompute {
  /** Single precision; tensor cores for operands of 16 bits. */
  FLOAT(CublasLtApi.CUBLAS_COMPUTE_32F()),
  /** Single precision in the plainest way: no tensor cores, no algebraic shortcuts. */
  FLOAT_PEDANTIC(CublasLtApi.CUBLAS_COMPUTE_32F_PEDANTIC()),
  /** Single-precision operands rounded to TF32 for tensor cores. */
  FLOAT_FAST_TF32(CublasLtApi.CUBLAS_COMPUTE_32F_FAST_TF32());

  private final int code;

  BlasCompute(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}

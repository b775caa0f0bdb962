package io.charlstm.bindings.cuda;

import io.charlstm.bindings.gen.cublaslt.CublasLtApi;

/** Element types of a product's matrices. */
public enum BlasType {
  FLOAT(CublasLtApi.CUDA_R_32F()),
  HALF(CublasLtApi.CUDA_R_16F()),
  BFLOAT16(CublasLtApi.CUDA_R_16BF());

  private final int code;

  BlasType(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}

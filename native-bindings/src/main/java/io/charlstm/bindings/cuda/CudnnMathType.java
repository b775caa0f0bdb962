package io.charlstm.bindings.cuda;

import io.charlstm.bindings.gen.cudnn.CudnnApi;

/** What cuDNN may use tensor cores for. */
public enum CudnnMathType {
  /** TF32 for single precision where the GPU has it. */
  DEFAULT(CudnnApi.CUDNN_DEFAULT_MATH()),
  /** Tensor cores, without converting the data to a shorter type. */
  TENSOR_OP(CudnnApi.CUDNN_TENSOR_OP_MATH()),
  /** Tensor cores, converting single precision to half. */
  TENSOR_OP_ALLOW_CONVERSION(CudnnApi.CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION()),
  /** No tensor cores: true single precision. */
  FMA(CudnnApi.CUDNN_FMA_MATH());

  private final int code;

  CudnnMathType(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}

package io.charlstm.bindings.cuda;

import io.charlstm.bindings.gen.cudnn.CudnnApi;

/** Element types of cuDNN's tensors. */
public enum CudnnDataType {
  FLOAT(CudnnApi.CUDNN_DATA_FLOAT(), 4),
  DOUBLE(CudnnApi.CUDNN_DATA_DOUBLE(), 8),
  HALF(CudnnApi.CUDNN_DATA_HALF(), 2),
  /** LSTMs of this type need cuDNN 9.13 and compute capability 8.0. */
  BFLOAT16(CudnnApi.CUDNN_DATA_BFLOAT16(), 2);

  private final int code;
  private final int bytes;

  CudnnDataType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  int code() {
    return code;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** What an LSTM computes in: single precision for the short types. */
  CudnnDataType computeType() {
    return this == DOUBLE ? DOUBLE : FLOAT;
  }
}

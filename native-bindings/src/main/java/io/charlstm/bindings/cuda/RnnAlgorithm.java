package io.charlstm.bindings.cuda;

import io.charlstm.bindings.gen.cudnn.CudnnApi;

/** cuDNN's ways to run a recurrent network. */
public enum RnnAlgorithm {
  /** Works for every shape and type. */
  STANDARD(CudnnApi.CUDNN_RNN_ALGO_STANDARD()),
  /** Keeps the recurrent weights on the chip; for few shapes. */
  PERSIST_STATIC(CudnnApi.CUDNN_RNN_ALGO_PERSIST_STATIC()),
  /** As before, compiled for one batch size: see {@link LstmDescriptor#buildDynamic}. */
  PERSIST_DYNAMIC(CudnnApi.CUDNN_RNN_ALGO_PERSIST_DYNAMIC()),
  /** Keeps small recurrent weights on the chip. */
  PERSIST_STATIC_SMALL_H(CudnnApi.CUDNN_RNN_ALGO_PERSIST_STATIC_SMALL_H());

  private final int code;

  RnnAlgorithm(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}

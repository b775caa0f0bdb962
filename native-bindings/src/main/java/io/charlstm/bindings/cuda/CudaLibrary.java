package io.charlstm.bindings.cuda;

/** The libraries of the CUDA stack, in the order in which they are opened. */
public enum CudaLibrary {
  /** The driver, which comes with NVIDIA's kernel module and not with CUDA. */
  DRIVER("CUDA driver", "cudriver"),
  RUNTIME("CUDA runtime", "cudart"),
  NVRTC("NVRTC", "nvrtc"),
  CUBLASLT("cuBLASLt", "cublaslt"),
  CUDNN("cuDNN", "cudnn"),
  /** Wanted for several GPUs only. */
  NCCL("NCCL", "nccl");

  private final String title;
  private final String bindings;

  CudaLibrary(String title, String bindings) {
    this.title = title;
    this.bindings = bindings;
  }

  /** Its name for people. */
  public String title() {
    return title;
  }

  /** The name that the generated classes look it up by. */
  String bindings() {
    return bindings;
  }
}

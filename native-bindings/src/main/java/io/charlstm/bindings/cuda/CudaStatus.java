package io.charlstm.bindings.cuda;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.gen.cudart.CudaRuntimeApi;
import java.util.Set;

/** Checks of the CUDA runtime's {@code cudaError_t}. */
final class CudaStatus {
  private static final String LIBRARY = "CUDA";

  /** Errors that leave the process without a usable context: every later call fails too. */
  private static final Set<Integer> STICKY =
      Set.of(
          CudaRuntimeApi.cudaErrorECCUncorrectable(),
          CudaRuntimeApi.cudaErrorHardwareStackError(),
          CudaRuntimeApi.cudaErrorIllegalInstruction(),
          CudaRuntimeApi.cudaErrorMisalignedAddress(),
          CudaRuntimeApi.cudaErrorInvalidAddressSpace(),
          CudaRuntimeApi.cudaErrorInvalidPc(),
          CudaRuntimeApi.cudaErrorLaunchFailure(),
          CudaRuntimeApi.cudaErrorIllegalAddress(),
          CudaRuntimeApi.cudaErrorLaunchTimeout(),
          CudaRuntimeApi.cudaErrorAssert(),
          CudaRuntimeApi.cudaErrorExternalDevice());

  private CudaStatus() {}

  /** Throws {@link NativeException} unless the function reported success. */
  static void check(String function, int status) {
    if (status != CudaRuntimeApi.cudaSuccess()) {
      throw failure(function, status, "");
    }
  }

  /**
   * The exception for a status.
   *
   * @param detail what else is known, such as the size asked for; may be empty
   */
  static NativeException failure(String function, int status, String detail) {
    // Forget an error that is not sticky, so that the next call does not report it again.
    int _ = CudaRuntimeApi.cudaGetLastError();
    return new NativeException(
        LIBRARY, function, status, text(status) + (detail.isEmpty() ? "" : "; " + detail));
  }

  private static String text(int status) {
    String text =
        CStrings.at(CudaRuntimeApi.cudaGetErrorName(status))
            + ": "
            + CStrings.at(CudaRuntimeApi.cudaGetErrorString(status));
    return text + explanation(status);
  }

  /** What the library's own text leaves out. */
  static String explanation(int status) {
    if (STICKY.contains(status)) {
      return "; an earlier kernel or copy on this device failed, and the process must be started"
          + " anew to use it again";
    }
    if (status == CudaRuntimeApi.cudaErrorInsufficientDriver()) {
      return "; there is no NVIDIA driver here, or one that is older than the CUDA libraries:"
          + " install or update the driver";
    }
    if (status == CudaRuntimeApi.cudaErrorNoDevice()) {
      return "; the driver sees no GPU: check nvidia-smi and CUDA_VISIBLE_DEVICES";
    }
    return "";
  }
}

package io.charlstm.bindings.cuda;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.gen.cublaslt.CublasLtApi;

/** Checks of {@code cublasStatus_t}. */
final class BlasLtStatus {
  private static final String LIBRARY = "cuBLASLt";

  private BlasLtStatus() {}

  /** Throws {@link NativeException} unless the function reported success. */
  static void check(String function, int status) {
    check(function, status, "");
  }

  /** As {@link #check(String, int)}, adding what is known to the text, such as the shape. */
  static void check(String function, int status, String detail) {
    if (status != CublasLtApi.CUBLAS_STATUS_SUCCESS()) {
      String text =
          CStrings.at(CublasLtApi.cublasLtGetStatusName(status))
              + ": "
              + CStrings.at(CublasLtApi.cublasLtGetStatusString(status));
      throw new NativeException(
          LIBRARY, function, status, text + (detail.isEmpty() ? "" : "; " + detail));
    }
  }
}

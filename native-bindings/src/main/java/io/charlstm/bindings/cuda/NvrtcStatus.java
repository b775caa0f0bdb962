package io.charlstm.bindings.cuda;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.gen.nvrtc.NvrtcApi;

/** Checks of {@code nvrtcResult}. */
final class NvrtcStatus {
  private static final String LIBRARY = "NVRTC";

  private NvrtcStatus() {}

  /** Throws {@link NativeException} unless the function reported success. */
  static void check(String function, int status) {
    if (status != NvrtcApi.NVRTC_SUCCESS()) {
      throw failure(function, status, "");
    }
  }

  /** The exception for a status, with the compiler's log when there is one. */
  static NativeException failure(String function, int status, String log) {
    String text = CStrings.at(NvrtcApi.nvrtcGetErrorString(status));
    return new NativeException(
        LIBRARY, function, status, text + (log.isBlank() ? "" : ":\n" + log.strip()));
  }
}

package io.charlstm.bindings.cuda;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.gen.cudnn.CudnnApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Checks of {@code cudnnStatus_t}. */
final class CudnnStatus {
  private static final String LIBRARY = "cuDNN";
  private static final long LAST_ERROR_BYTES = 2048;

  private CudnnStatus() {}

  /** Throws {@link NativeException} unless the function reported success. */
  static void check(String function, int status) {
    check(function, status, "");
  }

  /** As {@link #check(String, int)}, adding what is known to the text, such as the shape. */
  static void check(String function, int status, String detail) {
    if (status != CudnnApi.CUDNN_STATUS_SUCCESS()) {
      StringBuilder text = new StringBuilder(CStrings.at(CudnnApi.cudnnGetErrorString(status)));
      String last = lastError();
      if (!last.isBlank()) {
        text.append(": ").append(last);
      } else if (status / 1000 * 1000 == CudnnApi.CUDNN_STATUS_NOT_SUPPORTED()) {
        text.append("; start with CUDNN_LOGLEVEL_DBG=2 CUDNN_LOGDEST_DBG=stderr for the reason");
      }
      if (!detail.isEmpty()) {
        text.append("; ").append(detail);
      }
      throw new NativeException(LIBRARY, function, status, text.toString());
    }
  }

  /** The condition that failed last on this thread; cuDNN has one for bad parameters. */
  private static String lastError() {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment buffer = scratch.allocate(LAST_ERROR_BYTES);
      CudnnApi.cudnnGetLastErrorString(buffer, LAST_ERROR_BYTES);
      return buffer.getString(0, StandardCharsets.UTF_8).strip();
    }
  }
}

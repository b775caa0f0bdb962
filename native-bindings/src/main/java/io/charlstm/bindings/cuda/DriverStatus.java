package io.charlstm.bindings.cuda;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.gen.cudriver.CudaDriverApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.ToIntFunction;

/** Checks of the CUDA driver's {@code CUresult}. */
final class DriverStatus {
  private static final String LIBRARY = "CUDA driver";

  private DriverStatus() {}

  /** Throws {@link NativeException} unless the function reported success. */
  static void check(String function, int status) {
    check(function, status, "");
  }

  /** As {@link #check(String, int)}, adding what is known to the text, such as a name. */
  static void check(String function, int status, String detail) {
    if (status != CudaDriverApi.CUDA_SUCCESS()) {
      throw new NativeException(
          LIBRARY, function, status, text(status) + (detail.isEmpty() ? "" : "; " + detail));
    }
  }

  private static String text(int status) {
    String name = string(out -> CudaDriverApi.cuGetErrorName(status, out));
    String words = string(out -> CudaDriverApi.cuGetErrorString(status, out));
    // The runtime's numbers for the errors explained are the driver's.
    return name + ": " + words + CudaStatus.explanation(status);
  }

  private static String string(ToIntFunction<MemorySegment> getter) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(ValueLayout.ADDRESS);
      return getter.applyAsInt(out) == CudaDriverApi.CUDA_SUCCESS()
          ? CStrings.at(out.get(ValueLayout.ADDRESS, 0))
          : "unknown status";
    }
  }
}

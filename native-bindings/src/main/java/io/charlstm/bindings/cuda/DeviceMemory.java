package io.charlstm.bindings.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.charlstm.bindings.gen.cudart.CudaRuntimeApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/** A block of the current device's memory, at least 256-byte aligned; not zeroed. */
public final class DeviceMemory extends CudaHandle {
  private static final double MEBIBYTE = 1 << 20;

  private final long byteSize;

  private DeviceMemory(long address, long byteSize) {
    super("CUDA device memory", address);
    this.byteSize = byteSize;
  }

  /**
   * Allocates on the calling thread's current device.
   *
   * @param bytes at least 0; a block of 0 bytes has an address nevertheless
   * @param what what it is for, said when there is no room
   * @throws io.charlstm.bindings.NativeException naming what was wanted, the free and the total
   *     memory
   */
  public static DeviceMemory allocate(long bytes, String what) {
    if (bytes < 0) {
      throw new IllegalArgumentException(what + ": a size of " + bytes + " bytes");
    }
    CudaLibraries.require(CudaLibrary.RUNTIME);
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(JAVA_LONG);
      int status = CudaRuntimeApi.cudaMalloc(out, Math.max(1, bytes));
      if (status != CudaRuntimeApi.cudaSuccess()) {
        throw CudaStatus.failure("cudaMalloc", status, shortage(bytes, what));
      }
      return new DeviceMemory(out.get(JAVA_LONG, 0), bytes);
    }
  }

  /** Address on the device; of no use to the host. */
  public long address() {
    return pointer();
  }

  public long byteSize() {
    return byteSize;
  }

  @Override
  void destroy(long object) {
    CudaStatus.check("cudaFree", CudaRuntimeApi.cudaFree(MemorySegment.ofAddress(object)));
  }

  private static String shortage(long bytes, String what) {
    String wanted =
        String.format(Locale.ROOT, "%s needs %d bytes (%.1f MiB)", what, bytes, bytes / MEBIBYTE);
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment free = scratch.allocate(JAVA_LONG);
      MemorySegment total = scratch.allocate(JAVA_LONG);
      if (CudaRuntimeApi.cudaMemGetInfo(free, total) != CudaRuntimeApi.cudaSuccess()) {
        return wanted;
      }
      return String.format(
          Locale.ROOT,
          "%s, and %.1f of %.1f MiB of the device are free",
          wanted,
          free.get(JAVA_LONG, 0) / MEBIBYTE,
          total.get(JAVA_LONG, 0) / MEBIBYTE);
    }
  }
}

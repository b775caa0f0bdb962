package io.charlstm.bindings.cuda;

import io.charlstm.bindings.gen.cudart.CudaRuntimeApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A page-locked block of host memory: copies from and to it are asynchronous. Not zeroed. */
public final class PinnedMemory extends CudaHandle {
  private final Arena views = Arena.ofShared();
  private final MemorySegment segment;

  private PinnedMemory(long address, long bytes) {
    super("CUDA pinned memory", address);
    this.segment = MemorySegment.ofAddress(address).reinterpret(bytes, views, null);
  }

  /**
   * Allocates with the calling thread's current device.
   *
   * @param what what it is for, said when there is no room
   * @throws io.charlstm.bindings.NativeException when the system refuses
   */
  public static PinnedMemory allocate(long bytes, String what) {
    if (bytes < 0) {
      throw new IllegalArgumentException(what + ": a size of " + bytes + " bytes");
    }
    CudaLibraries.require(CudaLibrary.RUNTIME);
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(ValueLayout.JAVA_LONG);
      int status =
          CudaRuntimeApi.cudaHostAlloc(
              out, Math.max(1, bytes), CudaRuntimeApi.cudaHostAllocDefault());
      if (status != CudaRuntimeApi.cudaSuccess()) {
        throw CudaStatus.failure(
            "cudaHostAlloc", status, what + " needs " + bytes + " bytes of page-locked memory");
      }
      return new PinnedMemory(out.get(ValueLayout.JAVA_LONG, 0), bytes);
    }
  }

  /** The bounds-checked view; throws on access after {@link #close()}. */
  public MemorySegment segment() {
    return segment;
  }

  public long address() {
    return pointer();
  }

  @Override
  void destroy(long object) {
    try {
      views.close();
    } finally {
      CudaStatus.check(
          "cudaFreeHost", CudaRuntimeApi.cudaFreeHost(MemorySegment.ofAddress(object)));
    }
  }
}

package io.charlstm.bindings.cuda;

import io.charlstm.bindings.gen.cudart.CudaRuntimeApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A mark in a stream that others can wait for. */
public final class CudaEvent extends CudaHandle {
  private CudaEvent(long handle) {
    super("CUDA event", handle);
  }

  /**
   * Creates an event on the calling thread's current device.
   *
   * @param timing whether {@link #millisSince} is wanted; without it, waiting is cheaper
   */
  public static CudaEvent create(boolean timing) {
    CudaLibraries.require(CudaLibrary.RUNTIME);
    int flags =
        timing ? CudaRuntimeApi.cudaEventDefault() : CudaRuntimeApi.cudaEventDisableTiming();
    return new CudaEvent(
        create(
            CudaStatus::check,
            "cudaEventCreateWithFlags",
            out -> CudaRuntimeApi.cudaEventCreateWithFlags(out, flags)));
  }

  /** Marks the end of what is queued on a stream now. */
  public void record(CudaStream stream) {
    CudaStatus.check("cudaEventRecord", RuntimeCalls.eventRecord(pointer(), stream.pointer()));
  }

  /** Waits until the work before the mark is done. */
  public void synchronize() {
    CudaStatus.check("cudaEventSynchronize", RuntimeCalls.eventSynchronize(pointer()));
  }

  /** Whether the work before the mark is done; does not wait. True before the first recording. */
  public boolean isDone() {
    int status = RuntimeCalls.eventQuery(pointer());
    if (status == CudaRuntimeApi.cudaErrorNotReady()) {
      return false;
    }
    CudaStatus.check("cudaEventQuery", status);
    return true;
  }

  /** Milliseconds of device time between two marks that both were reached. */
  public float millisSince(CudaEvent start) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment millis = scratch.allocate(ValueLayout.JAVA_FLOAT);
      CudaStatus.check(
          "cudaEventElapsedTime",
          CudaRuntimeApi.cudaEventElapsedTime(millis, start.segmentPointer(), segmentPointer()));
      return millis.get(ValueLayout.JAVA_FLOAT, 0);
    }
  }

  @Override
  void destroy(long object) {
    CudaStatus.check(
        "cudaEventDestroy", CudaRuntimeApi.cudaEventDestroy(MemorySegment.ofAddress(object)));
  }
}

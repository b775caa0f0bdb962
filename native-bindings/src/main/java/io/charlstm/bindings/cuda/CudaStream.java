package io.charlstm.bindings.cuda;

import io.charlstm.bindings.gen.cudart.CudaRuntimeApi;
import java.lang.foreign.MemorySegment;

/**
 * A queue of work on the current device, independent of the default stream. Everything but {@link
 * #synchronize()} and {@link #isDone()} only queues work, and a failure of queued work shows at a
 * later call.
 */
public final class CudaStream extends CudaHandle {
  private CudaStream(long handle) {
    super("CUDA stream", handle);
  }

  /** Creates a stream on the calling thread's current device. */
  public static CudaStream create() {
    CudaLibraries.require(CudaLibrary.RUNTIME);
    return new CudaStream(
        create(
            CudaStatus::check,
            "cudaStreamCreateWithFlags",
            out ->
                CudaRuntimeApi.cudaStreamCreateWithFlags(
                    out, CudaRuntimeApi.cudaStreamNonBlocking())));
  }

  /** The {@code cudaStream_t}, which is the driver's {@code CUstream} too. */
  public long handle() {
    return pointer();
  }

  /**
   * Waits until all queued work is done.
   *
   * @throws io.charlstm.bindings.NativeException also for failures of work queued before
   */
  public void synchronize() {
    CudaStatus.check("cudaStreamSynchronize", RuntimeCalls.streamSynchronize(pointer()));
  }

  /** Whether all queued work is done; does not wait. */
  public boolean isDone() {
    int status = RuntimeCalls.streamQuery(pointer());
    if (status == CudaRuntimeApi.cudaErrorNotReady()) {
      return false;
    }
    CudaStatus.check("cudaStreamQuery", status);
    return true;
  }

  /**
   * Copies from host to device. The host memory must be pinned for the copy to be asynchronous, and
   * must stay unchanged until it is done.
   *
   * @param device where to, an address on the device
   */
  public void copyToDevice(long device, MemorySegment host, long bytes) {
    copy(device, hostAddress(host, bytes), bytes, CudaRuntimeApi.cudaMemcpyHostToDevice());
  }

  /** Copies from device to host; see {@link #copyToDevice}. */
  public void copyToHost(MemorySegment host, long device, long bytes) {
    copy(hostAddress(host, bytes), device, bytes, CudaRuntimeApi.cudaMemcpyDeviceToHost());
  }

  /** Copies between blocks of the device that do not overlap. */
  public void copyOnDevice(long to, long from, long bytes) {
    copy(to, from, bytes, CudaRuntimeApi.cudaMemcpyDeviceToDevice());
  }

  /** Sets each byte to a value. */
  public void fill(long device, int byteValue, long bytes) {
    CudaStatus.check("cudaMemsetAsync", RuntimeCalls.memset(device, byteValue, bytes, pointer()));
  }

  /** Lets later work of this stream wait for an event. */
  public void waitFor(CudaEvent event) {
    CudaStatus.check(
        "cudaStreamWaitEvent", RuntimeCalls.streamWaitEvent(pointer(), event.pointer()));
  }

  /**
   * Records what this thread queues from now on instead of running it. Other threads may go on
   * calling CUDA meanwhile.
   */
  public void beginCapture() {
    CudaStatus.check(
        "cudaStreamBeginCapture",
        CudaRuntimeApi.cudaStreamBeginCapture(
            segmentPointer(), CudaRuntimeApi.cudaStreamCaptureModeThreadLocal()));
  }

  /** Ends {@link #beginCapture()} and makes what was recorded ready to launch. */
  public CudaGraph endCapture() {
    return CudaGraph.instantiate(
        create(
            CudaStatus::check,
            "cudaStreamEndCapture",
            out -> CudaRuntimeApi.cudaStreamEndCapture(segmentPointer(), out)));
  }

  /** Ends a capture that failed half-way, if there is one, and drops what was recorded. */
  public void abandonCapture() {
    CudaGraph.abandon(segmentPointer());
  }

  @Override
  void destroy(long object) {
    CudaStatus.check(
        "cudaStreamDestroy", CudaRuntimeApi.cudaStreamDestroy(MemorySegment.ofAddress(object)));
  }

  private void copy(long to, long from, long bytes, int kind) {
    CudaStatus.check("cudaMemcpyAsync", RuntimeCalls.memcpy(to, from, bytes, kind, pointer()));
  }

  private static long hostAddress(MemorySegment host, long bytes) {
    if (!host.isNative() || bytes < 0 || bytes > host.byteSize()) {
      throw new IllegalArgumentException(
          bytes + " bytes of " + host + ": it must be off-heap and large enough");
    }
    return host.address();
  }
}

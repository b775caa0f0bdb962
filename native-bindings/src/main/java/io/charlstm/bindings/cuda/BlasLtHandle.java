package io.charlstm.bindings.cuda;

import io.charlstm.bindings.gen.cublaslt.CublasLtApi;
import java.lang.foreign.MemorySegment;

/** cuBLASLt's state for the current device; used with any stream of it. */
public final class BlasLtHandle extends CudaHandle {
  private BlasLtHandle(long handle) {
    super("cuBLASLt handle", handle);
  }

  /**
   * Creates a handle on the calling thread's current device.
   *
   * @throws io.charlstm.bindings.NativeException 1 (not initialised) without a GPU
   */
  public static BlasLtHandle create() {
    CudaLibraries.require(CudaLibrary.CUBLASLT);
    return new BlasLtHandle(
        create(BlasLtStatus::check, "cublasLtCreate", CublasLtApi::cublasLtCreate));
  }

  @Override
  void destroy(long object) {
    BlasLtStatus.check(
        "cublasLtDestroy", CublasLtApi.cublasLtDestroy(MemorySegment.ofAddress(object)));
  }
}

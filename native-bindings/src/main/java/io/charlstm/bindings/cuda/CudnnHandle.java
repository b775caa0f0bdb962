package io.charlstm.bindings.cuda;

import io.charlstm.bindings.gen.cudnn.CudnnApi;
import java.lang.foreign.MemorySegment;

/** cuDNN's state for one stream of the current device. For one thread at a time. */
public final class CudnnHandle extends CudaHandle {
  private CudnnHandle(long handle) {
    super("cuDNN handle", handle);
  }

  /**
   * Creates a handle whose work goes to a stream, which must stay open.
   *
   * @throws io.charlstm.bindings.NativeException 1001 without a GPU
   */
  public static CudnnHandle create(CudaStream stream) {
    CudaLibraries.require(CudaLibrary.CUDNN);
    CudnnHandle handle =
        new CudnnHandle(create(CudnnStatus::check, "cudnnCreate", CudnnApi::cudnnCreate));
    try {
      CudnnStatus.check(
          "cudnnSetStream",
          CudnnApi.cudnnSetStream(
              handle.segmentPointer(), MemorySegment.ofAddress(stream.handle())));
      return handle;
    } catch (RuntimeException | Error e) {
      handle.close();
      throw e;
    }
  }

  @Override
  void destroy(long object) {
    CudnnStatus.check("cudnnDestroy", CudnnApi.cudnnDestroy(MemorySegment.ofAddress(object)));
  }
}

package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.CudnnHandle;
import io.charlstm.runtime.ownership.Resources;

/** A stream for the work of one layer, and cuDNN's handle for it. */
final class LayerStream implements AutoCloseable {
  private final Resources resources = new Resources();
  private final CudaStream stream;
  private final CudnnHandle cudnn;

  /** One of its own. */
  LayerStream() {
    try {
      stream = resources.own(CudaStream.create());
      cudnn = resources.own(CudnnHandle.create(stream));
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  /** One whose parts somebody else owns. */
  LayerStream(CudaStream stream, CudnnHandle cudnn) {
    this.stream = stream;
    this.cudnn = cudnn;
  }

  CudaStream stream() {
    return stream;
  }

  CudnnHandle cudnn() {
    return cudnn;
  }

  @Override
  public void close() {
    resources.close();
  }
}

package io.charlstm.bindings.onednn;

import io.charlstm.bindings.gen.onednn.DnnlApi;
import java.lang.foreign.MemorySegment;

/** A tensor: a descriptor's copy bound to a buffer. It does not own the buffer. */
public final class DnnlMemory extends DnnlHandle {
  /**
   * @param address the buffer's first byte; the buffer holds {@link MemoryDesc#byteSize()} bytes
   *     and stays open longer than this object
   */
  public DnnlMemory(DnnlEngine engine, MemoryDesc description, long address) {
    super(
        "memory",
        create(
            "dnnl_memory_create",
            (out, _) ->
                DnnlApi.dnnl_memory_create(
                    out,
                    description.pointer(),
                    engine.pointer(),
                    MemorySegment.ofAddress(address))));
  }

  /** Binds the tensor to another buffer of the same size. */
  public void rebind(long address) {
    Status.check(
        "dnnl_memory_set_data_handle",
        DnnlApi.dnnl_memory_set_data_handle(pointer(), MemorySegment.ofAddress(address)));
  }

  @Override
  void destroy(MemorySegment object) {
    Status.check("dnnl_memory_destroy", DnnlApi.dnnl_memory_destroy(object));
  }
}

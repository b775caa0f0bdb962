package io.charlstm.bindings.onednn;

import io.charlstm.bindings.gen.onednn.DnnlApi;
import java.lang.foreign.MemorySegment;

/**
 * An in-order queue of primitives. On the CPU a primitive has run when its call returns. One stream
 * is for one thread at a time.
 */
public final class DnnlStream extends DnnlHandle {
  public DnnlStream(DnnlEngine engine) {
    super(
        "stream",
        create(
            "dnnl_stream_create",
            (out, _) ->
                DnnlApi.dnnl_stream_create(out, engine.pointer(), DnnlApi.dnnl_stream_in_order())));
  }

  /** Waits until everything queued has run. */
  public void await() {
    Status.check("dnnl_stream_wait", DnnlApi.dnnl_stream_wait(pointer()));
  }

  @Override
  void destroy(MemorySegment object) {
    Status.check("dnnl_stream_destroy", DnnlApi.dnnl_stream_destroy(object));
  }
}

package io.charlstm.bindings.onednn;

import io.charlstm.bindings.gen.onednn.DnnlApi;
import java.lang.foreign.MemorySegment;

/** A oneDNN engine: the device that primitives are created for. Shared by any number of threads. */
public final class DnnlEngine extends DnnlHandle {
  private DnnlEngine(MemorySegment pointer) {
    super("engine", pointer);
  }

  /**
   * The CPU.
   *
   * @throws io.charlstm.bindings.NativeLibraryException when oneDNN is not usable here
   */
  public static DnnlEngine cpu() {
    OneDnn.get();
    return new DnnlEngine(
        create(
            "dnnl_engine_create",
            (out, _) -> DnnlApi.dnnl_engine_create(out, DnnlApi.dnnl_cpu(), 0)));
  }

  @Override
  void destroy(MemorySegment object) {
    Status.check("dnnl_engine_destroy", DnnlApi.dnnl_engine_destroy(object));
  }
}

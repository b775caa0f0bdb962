package io.charlstm.bindings.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;

import io.charlstm.bindings.gen.onednn.DnnlApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The implementation oneDNN chose for an operation; needed only until the primitive exists. */
final class PrimitiveDesc extends DnnlHandle {
  private static final long LONGEST_NAME = 256;

  private PrimitiveDesc(MemorySegment pointer) {
    super("primitive descriptor", pointer);
  }

  static PrimitiveDesc matmul(DnnlEngine engine, MatmulSpec spec, PrimitiveAttr attributes) {
    MemorySegment bias = spec.bias() == null ? MemorySegment.NULL : spec.bias().pointer();
    return new PrimitiveDesc(
        create(
            "dnnl_matmul_primitive_desc_create",
            (out, _) ->
                DnnlApi.dnnl_matmul_primitive_desc_create(
                    out,
                    engine.pointer(),
                    spec.source().pointer(),
                    spec.weights().pointer(),
                    bias,
                    spec.destination().pointer(),
                    attributes.pointer())));
  }

  static PrimitiveDesc reorder(
      DnnlEngine engine, MemoryDesc from, MemoryDesc to, PrimitiveAttr attributes) {
    return new PrimitiveDesc(
        create(
            "dnnl_reorder_primitive_desc_create",
            (out, _) ->
                DnnlApi.dnnl_reorder_primitive_desc_create(
                    out,
                    from.pointer(),
                    engine.pointer(),
                    to.pointer(),
                    engine.pointer(),
                    attributes.pointer())));
  }

  /** The layout chosen for the weights. */
  MemoryDesc weights() {
    return descriptor(DnnlApi.dnnl_query_weights_md());
  }

  /** The scratch memory one call needs; of size 0 when none. */
  MemoryDesc scratchpad() {
    return descriptor(DnnlApi.dnnl_query_scratchpad_md());
  }

  private MemoryDesc descriptor(int what) {
    return MemoryDesc.copyOf(DnnlApi.dnnl_primitive_desc_query_md(pointer(), what, 0));
  }

  /** oneDNN's name of the implementation, such as {@code brg_matmul:avx512_core}. */
  String implementation() {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(ADDRESS);
      Status.check(
          "dnnl_primitive_desc_query",
          DnnlApi.dnnl_primitive_desc_query(pointer(), DnnlApi.dnnl_query_impl_info_str(), 0, out));
      return out.get(ADDRESS, 0).reinterpret(LONGEST_NAME).getString(0);
    }
  }

  @Override
  void destroy(MemorySegment object) {
    Status.check("dnnl_primitive_desc_destroy", DnnlApi.dnnl_primitive_desc_destroy(object));
  }
}

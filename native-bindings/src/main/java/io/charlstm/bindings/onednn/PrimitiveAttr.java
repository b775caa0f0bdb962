package io.charlstm.bindings.onednn;

import io.charlstm.bindings.gen.onednn.DnnlApi;
import java.lang.foreign.MemorySegment;

/** Attributes of a primitive under construction. */
final class PrimitiveAttr extends DnnlHandle {
  PrimitiveAttr() {
    super(
        "attributes",
        create("dnnl_primitive_attr_create", (out, _) -> DnnlApi.dnnl_primitive_attr_create(out)));
  }

  /** Scratch memory comes from the caller at each call, so that threads share a primitive. */
  PrimitiveAttr userScratchpad() {
    Status.check(
        "dnnl_primitive_attr_set_scratchpad_mode",
        DnnlApi.dnnl_primitive_attr_set_scratchpad_mode(
            pointer(), DnnlApi.dnnl_scratchpad_mode_user()));
    return this;
  }

  /** The result is added to what the destination holds. */
  PrimitiveAttr accumulate() {
    try (PostOps sum = new PostOps()) {
      Status.check(
          "dnnl_post_ops_append_sum",
          DnnlApi.dnnl_post_ops_append_sum(sum.pointer(), 1f, 0, DnnlApi.dnnl_data_type_undef()));
      Status.check(
          "dnnl_primitive_attr_set_post_ops",
          DnnlApi.dnnl_primitive_attr_set_post_ops(pointer(), sum.pointer()));
    }
    return this;
  }

  @Override
  void destroy(MemorySegment object) {
    Status.check("dnnl_primitive_attr_destroy", DnnlApi.dnnl_primitive_attr_destroy(object));
  }

  private static final class PostOps extends DnnlHandle {
    PostOps() {
      super(
          "post operations",
          create("dnnl_post_ops_create", (out, _) -> DnnlApi.dnnl_post_ops_create(out)));
    }

    @Override
    void destroy(MemorySegment object) {
      Status.check("dnnl_post_ops_destroy", DnnlApi.dnnl_post_ops_destroy(object));
    }
  }
}

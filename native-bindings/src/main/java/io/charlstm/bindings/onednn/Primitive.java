package io.charlstm.bindings.onednn;

import io.charlstm.bindings.gen.onednn.DnnlApi;
import io.charlstm.bindings.ownership.Construction;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * An operation ready to run. Any number of threads may run it at once, each with its own stream and
 * its own scratch memory. It owns the descriptors it gives out.
 */
public abstract sealed class Primitive extends DnnlHandle permits Matmul, Reorder {
  private final String implementation;
  private final MemoryDesc scratchpad;

  Primitive(String kind, PrimitiveDesc chosen, MemoryDesc scratchpad) {
    // Asked for before there is a primitive that a failure would leave open.
    String name = chosen.implementation();
    super(
        kind,
        create(
            "dnnl_primitive_create",
            (out, _) -> DnnlApi.dnnl_primitive_create(out, chosen.pointer())));
    this.implementation = name;
    this.scratchpad = scratchpad;
  }

  /** oneDNN's name of the implementation it chose, such as {@code brg_matmul:avx512_core}. */
  public final String implementation() {
    return implementation;
  }

  /** The scratch memory that a call needs; closed with this primitive. */
  public final MemoryDesc scratchpadDesc() {
    return scratchpad;
  }

  /** Bytes of scratch memory that a call needs; 0 when none. */
  public final long scratchpadBytes() {
    return scratchpad.byteSize();
  }

  /** What else this primitive owns, closed with it. */
  List<AutoCloseable> parts() {
    return List.of(scratchpad);
  }

  @Override
  void destroy(MemorySegment object) {
    try {
      Construction.closeAll(parts());
    } finally {
      Status.check("dnnl_primitive_destroy", DnnlApi.dnnl_primitive_destroy(object));
    }
  }
}

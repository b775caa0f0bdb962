package io.charlstm.runtime.onednn;

import io.charlstm.bindings.onednn.DnnlEngine;
import io.charlstm.bindings.onednn.DnnlMemory;
import io.charlstm.bindings.onednn.Matmul;
import io.charlstm.bindings.onednn.MatmulSpec;
import io.charlstm.bindings.onednn.MemoryDesc;
import io.charlstm.bindings.onednn.PreparedCall;
import io.charlstm.runtime.ownership.Resources;

/** One matmul of a fixed shape, and calls of it on several buffers. Owns its descriptors. */
final class WindowProduct implements AutoCloseable {
  private final Resources resources = new Resources();
  private final DnnlEngine engine;
  private final MatmulSpec spec;
  private final Matmul matmul;

  /** Takes over the descriptors, also when it fails. */
  WindowProduct(DnnlEngine engine, MatmulSpec spec) {
    this.engine = engine;
    this.spec = spec;
    resources.own(spec.source());
    resources.own(spec.weights());
    resources.own(spec.destination());
    if (spec.bias() != null) {
      resources.own(spec.bias());
    }
    try {
      matmul = resources.own(Matmul.create(engine, spec));
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  /** The layout that the weights must have. */
  MemoryDesc weightsDesc() {
    return matmul.weightsDesc();
  }

  /** Bytes of scratch memory of a call. */
  long scratchBytes() {
    return matmul.scratchpadBytes();
  }

  /**
   * Readies a call on these addresses.
   *
   * @param bias ignored when the product has none
   */
  PreparedCall bind(long source, long weights, long bias, long result, long scratch) {
    return resources.own(
        matmul.prepare(
            memory(spec.source(), source),
            memory(matmul.weightsDesc(), weights),
            spec.bias() == null ? null : memory(spec.bias(), bias),
            memory(spec.destination(), result),
            scratchBytes() == 0 ? null : memory(matmul.scratchpadDesc(), scratch)));
  }

  private DnnlMemory memory(MemoryDesc description, long address) {
    return resources.own(new DnnlMemory(engine, description, address));
  }

  @Override
  public void close() {
    resources.close();
  }
}

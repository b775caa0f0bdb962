package io.charlstm.bindings.onednn;

import io.charlstm.bindings.ownership.Construction;
import java.util.List;

/** The primitive of a {@link MatmulSpec}. Scratch memory is the caller's. */
public final class Matmul extends Primitive {
  private final MemoryDesc weights;

  private Matmul(PrimitiveDesc chosen, MemoryDesc weights, MemoryDesc scratchpad) {
    super("matmul", chosen, scratchpad);
    this.weights = weights;
  }

  /**
   * Lets oneDNN choose an implementation. Its blocking depends on the OpenMP thread count of the
   * calling thread, so set that first.
   *
   * @throws io.charlstm.bindings.NativeException when the shapes do not fit
   */
  public static Matmul create(DnnlEngine engine, MatmulSpec spec) {
    try (Construction parts = new Construction();
        PrimitiveAttr attributes = new PrimitiveAttr().userScratchpad()) {
      if (spec.accumulate()) {
        attributes.accumulate();
      }
      try (PrimitiveDesc chosen = PrimitiveDesc.matmul(engine, spec, attributes)) {
        MemoryDesc weights = parts.own(chosen.weights());
        MemoryDesc scratchpad = parts.own(chosen.scratchpad());
        Matmul matmul = new Matmul(chosen, weights, scratchpad);
        parts.complete();
        return matmul;
      }
    }
  }

  /** The layout the weights must have; closed with this primitive. */
  public MemoryDesc weightsDesc() {
    return weights;
  }

  /**
   * A call with these tensors, which must stay open as long as it.
   *
   * @param bias null when the primitive has none
   * @param scratchpad of {@link #scratchpadDesc()}, or null when that needs no bytes
   */
  public PreparedCall prepare(
      DnnlMemory source,
      DnnlMemory weightsMemory,
      DnnlMemory bias,
      DnnlMemory destination,
      DnnlMemory scratchpad) {
    return new ExecArgs()
        .source(source)
        .weights(weightsMemory)
        .bias(bias)
        .destination(destination)
        .scratchpad(scratchpad)
        .prepare(this);
  }

  @Override
  List<AutoCloseable> parts() {
    return List.of(weights, scratchpadDesc());
  }
}

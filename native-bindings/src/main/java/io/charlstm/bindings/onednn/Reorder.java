package io.charlstm.bindings.onednn;

import io.charlstm.bindings.ownership.Construction;

/** Copies a tensor into another layout, such as plain weights into a matmul's packed ones. */
public final class Reorder extends Primitive {
  private Reorder(PrimitiveDesc chosen, MemoryDesc scratchpad) {
    super("reorder", chosen, scratchpad);
  }

  /**
   * Lets oneDNN choose an implementation for two layouts of the same logical sizes.
   *
   * @throws io.charlstm.bindings.NativeException when the sizes differ
   */
  public static Reorder create(DnnlEngine engine, MemoryDesc from, MemoryDesc to) {
    try (Construction parts = new Construction();
        PrimitiveAttr attributes = new PrimitiveAttr().userScratchpad();
        PrimitiveDesc chosen = PrimitiveDesc.reorder(engine, from, to, attributes)) {
      MemoryDesc scratchpad = parts.own(chosen.scratchpad());
      Reorder reorder = new Reorder(chosen, scratchpad);
      parts.complete();
      return reorder;
    }
  }

  /**
   * A call with these tensors, which must stay open as long as it.
   *
   * @param scratchpad of {@link #scratchpadDesc()}, or null when that needs no bytes
   */
  public PreparedCall prepare(DnnlMemory from, DnnlMemory to, DnnlMemory scratchpad) {
    return new ExecArgs().source(from).destination(to).scratchpad(scratchpad).prepare(this);
  }
}

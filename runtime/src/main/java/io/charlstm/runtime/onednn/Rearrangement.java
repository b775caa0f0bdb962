package io.charlstm.runtime.onednn;

import io.charlstm.bindings.onednn.DnnlEngine;
import io.charlstm.bindings.onednn.DnnlMemory;
import io.charlstm.bindings.onednn.DnnlStream;
import io.charlstm.bindings.onednn.MemoryDesc;
import io.charlstm.bindings.onednn.PreparedCall;
import io.charlstm.bindings.onednn.Reorder;
import io.charlstm.runtime.ownership.Resources;

/** A copy of one weight matrix into the layout a product reads. */
final class Rearrangement implements AutoCloseable {
  private final Resources resources = new Resources();
  private final DnnlEngine engine;
  private final MemoryDesc from;
  private final MemoryDesc to;
  private final Reorder reorder;
  private long target;
  private long scratch;
  private PreparedCall call;

  /** The descriptors stay the caller's and must stay open until this is closed. */
  Rearrangement(DnnlEngine engine, MemoryDesc from, MemoryDesc to) {
    this.engine = engine;
    this.from = from;
    this.to = to;
    this.reorder = resources.own(Reorder.create(engine, from, to));
  }

  /** Takes the place of the result. */
  void reserve(Carver carver) {
    target = carver.bytes(to.byteSize());
    scratch = carver.bytes(reorder.scratchpadBytes());
  }

  /** Where the result lies. */
  long target() {
    return target;
  }

  void bind(long source) {
    DnnlMemory sourceMemory = resources.own(new DnnlMemory(engine, from, source));
    DnnlMemory targetMemory = resources.own(new DnnlMemory(engine, to, target));
    DnnlMemory workspace =
        reorder.scratchpadBytes() == 0
            ? null
            : resources.own(new DnnlMemory(engine, reorder.scratchpadDesc(), scratch));
    call = resources.own(reorder.prepare(sourceMemory, targetMemory, workspace));
  }

  void execute(DnnlStream stream) {
    call.execute(stream);
  }

  @Override
  public void close() {
    resources.close();
  }
}

package io.charlstm.bindings.onednn;

import io.charlstm.bindings.gen.onednn.dnnl_exec_arg_t;
import io.charlstm.bindings.libc.CHeap;
import io.charlstm.bindings.memory.LiveHandles;
import java.lang.foreign.MemorySegment;

/**
 * A primitive and its ready argument array: running it is one downcall. It owns the array only; the
 * primitive and the tensors must stay open as long as it is used. A call object is for one thread
 * at a time when its tensors are (their scratch memory usually is).
 */
public final class PreparedCall implements AutoCloseable {
  private final Primitive primitive;
  private final int count;
  private final long arguments;
  private final LiveHandles.Ticket ticket;

  PreparedCall(Primitive primitive, ExecArgs args) {
    this.primitive = primitive;
    this.count = args.size();
    MemorySegment[] tensors = new MemorySegment[count];
    for (int i = 0; i < count; i++) {
      tensors[i] = args.tensor(i).pointer();
    }
    long size = dnnl_exec_arg_t.sizeof();
    this.arguments = CHeap.allocate(Math.max(1, count) * size);
    MemorySegment array = MemorySegment.ofAddress(arguments).reinterpret(count * size);
    for (int i = 0; i < count; i++) {
      MemorySegment entry = array.asSlice(i * size, size);
      dnnl_exec_arg_t.arg(entry, args.role(i));
      dnnl_exec_arg_t.memory(entry, tensors[i]);
    }
    this.ticket = LiveHandles.register("oneDNN prepared call");
  }

  /**
   * Runs the primitive; on the CPU it has finished on return. Allocates nothing.
   *
   * @throws io.charlstm.bindings.NativeException when oneDNN reports a failure
   */
  public void execute(DnnlStream stream) {
    if (!ticket.isOpen()) {
      throw new IllegalStateException("oneDNN prepared call is closed");
    }
    int status =
        AddressCalls.execute(
            primitive.pointer().address(), stream.pointer().address(), count, arguments);
    Status.check("dnnl_primitive_execute", status);
  }

  /** Frees the argument array; a second call does nothing. */
  @Override
  public void close() {
    if (ticket.close()) {
      CHeap.free(arguments);
    }
  }
}

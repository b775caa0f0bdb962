package io.charlstm.bindings.onednn;

import io.charlstm.bindings.memory.LiveHandles;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One native object with its destroy function; counted in {@link LiveHandles} while open. */
abstract class DnnlHandle implements AutoCloseable {
  private final MemorySegment pointer;
  private final LiveHandles.Ticket ticket;

  /** Takes ownership of an object that was just created. */
  DnnlHandle(String kind, MemorySegment pointer) {
    this.pointer = pointer;
    this.ticket = LiveHandles.register("oneDNN " + kind);
  }

  /** Calls the object's destroy function and checks its status. */
  abstract void destroy(MemorySegment object);

  /**
   * The native object.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  final MemorySegment pointer() {
    if (!ticket.isOpen()) {
      throw new IllegalStateException(ticket.kind() + " is closed");
    }
    return pointer;
  }

  /** Frees the native object; a second call does nothing. */
  @Override
  public void close() {
    if (ticket.close()) {
      destroy(pointer);
    }
  }

  /** A function that stores the address of a new object in its out-parameter. */
  @FunctionalInterface
  interface Creator {
    int create(MemorySegment out, Arena scratch);
  }

  /** Calls a creating function with an out-parameter and gives what it stored there. */
  static MemorySegment create(String function, Creator creator) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(ValueLayout.ADDRESS);
      Status.check(function, creator.create(out, scratch));
      return out.get(ValueLayout.ADDRESS, 0);
    }
  }
}

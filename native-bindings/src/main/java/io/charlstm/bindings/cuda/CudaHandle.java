package io.charlstm.bindings.cuda;

import io.charlstm.bindings.memory.LiveHandles;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One native object or block with the function that releases it; counted in {@link LiveHandles}
 * while open.
 */
abstract class CudaHandle implements AutoCloseable {
  private final long address;
  private final LiveHandles.Ticket ticket;

  /** Takes ownership of an object that was just created. */
  CudaHandle(String kind, long address) {
    this.address = address;
    this.ticket = LiveHandles.register(kind);
  }

  /** Releases the object and checks the status. */
  abstract void destroy(long object);

  /**
   * The native object's address.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  final long pointer() {
    if (!ticket.isOpen()) {
      throw new IllegalStateException(ticket.kind() + " is closed");
    }
    return address;
  }

  /** As {@link #pointer()}, for the generated functions. */
  final MemorySegment segmentPointer() {
    return MemorySegment.ofAddress(pointer());
  }

  /** Releases the native object; a second call does nothing. */
  @Override
  public void close() {
    if (ticket.close()) {
      destroy(address);
    }
  }

  /** A function that stores the address of a new object in its out-parameter. */
  @FunctionalInterface
  interface Creator {
    int create(MemorySegment out);
  }

  /** How a library's status codes are checked. */
  @FunctionalInterface
  interface Check {
    void check(String function, int status);
  }

  /** Calls a creating function with an out-parameter and gives the address it stored there. */
  static long create(Check check, String function, Creator creator) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(ValueLayout.JAVA_LONG);
      check.check(function, creator.create(out));
      return out.get(ValueLayout.JAVA_LONG, 0);
    }
  }
}

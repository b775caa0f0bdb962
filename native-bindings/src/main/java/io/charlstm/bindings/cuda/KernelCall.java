package io.charlstm.bindings.cuda;

import io.charlstm.bindings.libc.CHeap;
import io.charlstm.bindings.memory.LiveHandles;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A kernel with its argument block, prepared once: changing an argument and launching allocate
 * nothing. CUDA copies the arguments at the launch, so they may be changed right after it. For one
 * thread at a time.
 */
public final class KernelCall implements AutoCloseable {
  private static final long SLOT = Long.BYTES;

  private final Kernel kernel;
  private final Class<?>[] types;
  // One 8-byte slot per value, then the array of pointers to the slots that cuLaunchKernel takes.
  private final MemorySegment block;
  private final long pointers;
  private final LiveHandles.Ticket ticket;

  KernelCall(Kernel kernel, Object... arguments) {
    int count = arguments.length;
    this.kernel = kernel;
    this.types = new Class<?>[count];
    for (int i = 0; i < count; i++) {
      types[i] = typeOf(arguments[i], i);
    }
    long size = Math.max(1, 2 * count) * SLOT;
    long address = CHeap.allocate(size);
    this.block = MemorySegment.ofAddress(address).reinterpret(size);
    this.pointers = address + count * SLOT;
    this.ticket = LiveHandles.register("CUDA kernel call");
    for (int i = 0; i < count; i++) {
      block.set(ValueLayout.JAVA_LONG, (count + i) * SLOT, address + i * SLOT);
      switch (arguments[i]) {
        case Long v -> setLong(i, v);
        case Integer v -> setInt(i, v);
        case Float v -> setFloat(i, v);
        case Double v -> setDouble(i, v);
        default -> throw new AssertionError("checked above");
      }
    }
  }

  private Class<?> typeOf(Object argument, int index) {
    if (argument instanceof Long
        || argument instanceof Integer
        || argument instanceof Float
        || argument instanceof Double) {
      return argument.getClass();
    }
    throw new IllegalArgumentException(
        "argument " + index + " of kernel " + kernel.name() + " is " + argument);
  }

  /** Sets a pointer or 64-bit integer. */
  public void setLong(int index, long value) {
    block.set(ValueLayout.JAVA_LONG, slot(index, Long.class), value);
  }

  public void setInt(int index, int value) {
    block.set(ValueLayout.JAVA_INT, slot(index, Integer.class), value);
  }

  public void setFloat(int index, float value) {
    block.set(ValueLayout.JAVA_FLOAT, slot(index, Float.class), value);
  }

  public void setDouble(int index, double value) {
    block.set(ValueLayout.JAVA_DOUBLE, slot(index, Double.class), value);
  }

  /** Queues the kernel with {@code gridX} blocks of {@code blockX} threads. */
  public void launch(CudaStream stream, int gridX, int blockX) {
    launch(stream, gridX, 1, blockX);
  }

  /** Queues the kernel with {@code gridX * gridY} blocks of {@code blockX} threads. */
  public void launch(CudaStream stream, int gridX, int gridY, int blockX) {
    requireOpen();
    int status =
        RuntimeCalls.launchKernel(
            kernel.function(), gridX, gridY, blockX, stream.pointer(), pointers);
    if (status != 0) {
      String shape = gridX + " x " + gridY + " blocks of " + blockX + " threads";
      DriverStatus.check("cuLaunchKernel", status, kernel.name() + " with " + shape);
    }
  }

  /** Frees the argument block; a second call does nothing. */
  @Override
  public void close() {
    if (ticket.close()) {
      CHeap.free(block.address());
    }
  }

  private long slot(int index, Class<?> type) {
    requireOpen();
    if (types[index] != type) {
      throw new IllegalArgumentException(
          "argument "
              + index
              + " of kernel "
              + kernel.name()
              + " is "
              + types[index].getSimpleName()
              + ", not "
              + type.getSimpleName());
    }
    return index * SLOT;
  }

  private void requireOpen() {
    if (!ticket.isOpen()) {
      throw new IllegalStateException(ticket.kind() + " is closed");
    }
  }
}

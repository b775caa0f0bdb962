package io.charlstm.bindings.memory;

import io.charlstm.bindings.libc.CHeap;
import io.charlstm.bindings.libc.HugePages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A slab of zeroed off-heap memory, 64-byte aligned (a cache line, the widest vector), owned until
 * {@link #close()}. Its user either takes it whole or carves blocks off it one after the other;
 * blocks are not freed singly.
 *
 * <p>Carving is for one thread. Reading and writing the memory is for any number of threads; after
 * {@code close()} the checked views throw, but nothing guards an address that was kept.
 */
public final class NativeMemory implements AutoCloseable {
  /** Alignment of a slab and of every carved block, in bytes. */
  public static final long ALIGNMENT = 64;

  /**
   * Slabs up to this size (2 MiB) come from the JVM: the first call of C's functions costs a
   * program that starts up and only reads a small model more than all the rest of loading it.
   */
  private static final long SMALL = 1 << 21;

  private static final MemorySegment EVERYTHING = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private final Arena views = Arena.ofShared();
  private final MemorySegment segment;
  private final LiveHandles.Ticket ticket;
  private long carved;

  private NativeMemory(long address, long bytes, Runnable release) {
    segment = MemorySegment.ofAddress(address).reinterpret(bytes, views, _ -> release.run());
    ticket = LiveHandles.register("memory slab");
  }

  private NativeMemory(long bytes) {
    segment = zeros(views, bytes);
    ticket = LiveHandles.register("memory slab");
  }

  /**
   * Allocates {@code bytes} zeroed bytes; at least {@link #ALIGNMENT}, also when 0 are asked for.
   *
   * @throws io.charlstm.bindings.NativeException when the operating system has no memory for it
   */
  public static NativeMemory allocate(long bytes) {
    long size = Math.max(ALIGNMENT, roundUp(bytes, ALIGNMENT));
    if (size <= SMALL) {
      return new NativeMemory(size);
    }
    long block = CHeap.allocate(Math.addExact(size, ALIGNMENT));
    return new NativeMemory(roundUp(block, ALIGNMENT), size, () -> CHeap.free(block));
  }

  /**
   * As {@link #allocate}, and asks Linux for huge pages when the slab is large enough to hold one;
   * elsewhere, and where the kernel refuses, the memory is of the ordinary kind.
   */
  public static NativeMemory allocateHuge(long bytes) {
    if (bytes < HugePages.SIZE || !HugePages.supported()) {
      return allocate(bytes);
    }
    long size = roundUp(bytes, HugePages.SIZE);
    // The kernel aligns a mapping to small pages, so one huge page more is mapped to align in.
    long mapped = Math.addExact(size, HugePages.SIZE);
    long start = HugePages.map(mapped);
    if (start == 0) {
      return allocate(bytes);
    }
    long address = roundUp(start, HugePages.SIZE);
    return new NativeMemory(address, size, () -> HugePages.unmap(start, mapped));
  }

  /**
   * The one unbounded view, from address 0: for kernels that work with absolute addresses. Nothing
   * is checked; an address outside of an open slab brings the process down.
   */
  public static MemorySegment everything() {
    return EVERYTHING;
  }

  // An arena clears what it allocates in a loop of Java, which a program that starts up interprets:
  // ten milliseconds for a megabyte. A copy of zeros that the heap has is made by the JVM itself.
  private static MemorySegment zeros(Arena arena, long bytes) {
    long[] cleared = new long[(int) ((bytes + ALIGNMENT) / Long.BYTES)];
    MemorySegment block = arena.allocateFrom(ValueLayout.JAVA_LONG, cleared);
    return block.asSlice(roundUp(block.address(), ALIGNMENT) - block.address(), bytes);
  }

  /** Address of the first byte. */
  public long address() {
    return segment.address();
  }

  /** Size in bytes: what was asked for, rounded up to {@link #ALIGNMENT}. */
  public long byteSize() {
    return segment.byteSize();
  }

  /** The bounds-checked view of the whole slab; throws on access after {@link #close()}. */
  public MemorySegment segment() {
    return segment;
  }

  /**
   * The address of the next {@code bytes} bytes not carved yet, 64-byte aligned.
   *
   * @throws IllegalStateException when fewer bytes are left
   */
  public long carve(long bytes) {
    return carveSegment(bytes).address();
  }

  /** As {@link #carve}, giving the bounds-checked view of exactly {@code bytes} bytes. */
  public MemorySegment carveSegment(long bytes) {
    long size = roundUp(bytes, ALIGNMENT);
    if (size > remaining()) {
      throw new IllegalStateException(
          "a block of " + bytes + " bytes does not fit in the " + remaining() + " bytes left");
    }
    MemorySegment block = segment.asSlice(carved, bytes);
    carved += size;
    return block;
  }

  /** Bytes not carved yet. */
  public long remaining() {
    return byteSize() - carved;
  }

  /** What {@link #carve} takes off for a block of {@code elements} floats: for sizing a slab. */
  public static long floatBlockBytes(long elements) {
    return roundUp(Math.multiplyExact(elements, ValueLayout.JAVA_FLOAT.byteSize()), ALIGNMENT);
  }

  /** Releases the memory; a second call does nothing. */
  @Override
  public void close() {
    if (ticket.close()) {
      views.close();
    }
  }

  private static long roundUp(long bytes, long unit) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size of " + bytes + " bytes");
    }
    return Math.addExact(bytes, unit - 1) / unit * unit;
  }
}

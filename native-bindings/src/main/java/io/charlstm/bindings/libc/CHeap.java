package io.charlstm.bindings.libc;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.charlstm.bindings.NativeException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * {@code calloc} and {@code free}. Unlike an arena it is not limited by the JVM's direct memory
 * size, large blocks are zeroed lazily by the operating system, and releasing costs no handshake.
 */
public final class CHeap {
  private static final int ENOMEM = 12;
  private static final MethodHandle CALLOC =
      handle("calloc", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle FREE = handle("free", FunctionDescriptor.ofVoid(JAVA_LONG));

  private CHeap() {}

  /** Address of {@code bytes} zeroed bytes, aligned as C does (16 bytes). */
  public static long allocate(long bytes) {
    long address;
    try {
      address = (long) CALLOC.invokeExact(1L, bytes);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
    if (address == 0) {
      throw new NativeException("libc", "calloc", ENOMEM, "no memory for " + bytes + " bytes");
    }
    return address;
  }

  /** Releases a block of {@link #allocate}. */
  public static void free(long address) {
    try {
      FREE.invokeExact(address);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }
}

package io.charlstm.bindings.onednn;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.charlstm.bindings.libc.Downcalls;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The thread count of the very OpenMP library that oneDNN is bound to, which a host application may
 * share. OpenMP keeps it per calling thread.
 */
final class OmpThreads {
  /** Both null for a oneDNN built without OpenMP: it has no such setting. */
  private final MethodHandle set;

  private final MethodHandle get;

  private OmpThreads(MethodHandle set, MethodHandle get) {
    this.set = set;
    this.get = get;
  }

  /**
   * Finds the functions.
   *
   * @param oneDnn symbols of the loaded oneDNN and, on Linux and macOS, of its dependencies
   */
  static OmpThreads of(SymbolLookup oneDnn) {
    return new OmpThreads(
        find(oneDnn, "omp_set_num_threads", FunctionDescriptor.ofVoid(JAVA_INT)),
        find(oneDnn, "omp_get_max_threads", FunctionDescriptor.of(JAVA_INT)));
  }

  private static MethodHandle find(SymbolLookup oneDnn, String name, FunctionDescriptor type) {
    return oneDnn
        .find(name)
        .or(() -> visual(name))
        .map(address -> Linker.nativeLinker().downcallHandle(address, type))
        .orElse(null);
  }

  /** Windows does not look into dependencies; oneDNN's is Microsoft's OpenMP library there. */
  private static Optional<MemorySegment> visual(String name) {
    if (!System.getProperty("os.name").startsWith("Windows")) {
      return Optional.empty();
    }
    try {
      return SymbolLookup.libraryLookup("vcomp140.dll", Arena.global()).find(name);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** The calling thread's count; 1 where there is no such setting. */
  int get() {
    if (get == null) {
      return 1;
    }
    try {
      return (int) get.invokeExact();
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  void set(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("a thread count of " + count + "; at least 1 is needed");
    }
    if (set == null) {
      return;
    }
    try {
      set.invokeExact(count);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }
}

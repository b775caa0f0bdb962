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
 * {@code omp_set_num_threads} of the very OpenMP library that oneDNN is bound to. OpenMP keeps the
 * setting per calling thread, so that nothing of a host application changes.
 */
final class OmpThreads {
  private static final String FUNCTION = "omp_set_num_threads";

  /** Null for a oneDNN built without OpenMP: it has no such setting. */
  private final MethodHandle set;

  private OmpThreads(MethodHandle set) {
    this.set = set;
  }

  /**
   * Finds the function.
   *
   * @param oneDnn symbols of the loaded oneDNN and, on Linux and macOS, of its dependencies
   */
  static OmpThreads of(SymbolLookup oneDnn) {
    Optional<MemorySegment> function = oneDnn.find(FUNCTION).or(OmpThreads::visual);
    return new OmpThreads(
        function
            .map(
                address ->
                    Linker.nativeLinker()
                        .downcallHandle(address, FunctionDescriptor.ofVoid(JAVA_INT)))
            .orElse(null));
  }

  /** Windows does not look into dependencies; oneDNN's is Microsoft's OpenMP library there. */
  private static Optional<MemorySegment> visual() {
    if (!System.getProperty("os.name").startsWith("Windows")) {
      return Optional.empty();
    }
    try {
      return SymbolLookup.libraryLookup("vcomp140.dll", Arena.global()).find(FUNCTION);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
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

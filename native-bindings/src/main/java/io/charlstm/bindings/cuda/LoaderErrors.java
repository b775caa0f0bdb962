package io.charlstm.bindings.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.charlstm.bindings.libc.Downcalls;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Why the system's loader refuses a file, which Java's lookup leaves out. */
final class LoaderErrors {
  private static final int RTLD_LAZY = 1;

  private LoaderErrors() {}

  /** The loader's words; empty where there is no {@code dlopen}, or when it opens the file. */
  static Optional<String> of(Path file) {
    Linker linker = Linker.nativeLinker();
    SymbolLookup system = linker.defaultLookup();
    Optional<MemorySegment> dlopen = system.find("dlopen");
    Optional<MemorySegment> dlerror = system.find("dlerror");
    if (dlopen.isEmpty() || dlerror.isEmpty()) {
      return Optional.empty();
    }
    var open =
        linker.downcallHandle(dlopen.get(), FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
    var error = linker.downcallHandle(dlerror.get(), FunctionDescriptor.of(ADDRESS));
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment path = scratch.allocateFrom(file.toString(), StandardCharsets.UTF_8);
      MemorySegment handle = (MemorySegment) open.invokeExact(path, RTLD_LAZY);
      if (handle.address() != 0) {
        return Optional.empty();
      }
      return Optional.of(CStrings.at((MemorySegment) error.invokeExact()));
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }
}

package io.charlstm.bindings.onednn;

import io.charlstm.bindings.gen.onednn.DnnlApi;
import io.charlstm.bindings.gen.onednn.dnnl_version_t;
import io.charlstm.bindings.library.LibraryCache;
import io.charlstm.bindings.library.LibraryNotFoundException;
import io.charlstm.bindings.library.OneDnnLocator;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Loads oneDNN; whatever goes wrong becomes a reason, never an error at class initialisation. */
final class OneDnnLoader {
  private static final int MAJOR = 3;

  private OneDnnLoader() {}

  /** The library, or null and why not. */
  record Attempt(OneDnn library, List<String> reasons) {
    static Attempt failed(String reason) {
      return new Attempt(null, List.of(reason));
    }
  }

  static Attempt attempt() {
    List<Path> files;
    try {
      files = OneDnnLocator.locate();
    } catch (LibraryNotFoundException | InvalidPathException e) {
      return Attempt.failed(e.getMessage());
    }
    Path oneDnn = files.getLast();
    try {
      load(files);
      return loaded(oneDnn);
    } catch (UnsatisfiedLinkError e) {
      return Attempt.failed(oneDnn + " does not load (" + e.getMessage() + "): " + cure(e));
    } catch (IllegalCallerException e) {
      return Attempt.failed(
          "this JVM denies native access ("
              + e.getMessage()
              + "): start it with --enable-native-access=io.charlstm.bindings"
              + " (=ALL-UNNAMED on the class path)");
    }
  }

  /**
   * Loads on a thread of its own: where the environment asks for it (OMP_PROC_BIND, OMP_PLACES),
   * the OpenMP library binds the thread that loads it to one processor, and threads started later
   * inherit that.
   */
  private static void load(List<Path> files) {
    FutureTask<Void> loading =
        new FutureTask<>(
            () -> {
              for (Path file : files) {
                System.load(file.toString());
              }
              return null;
            });
    Thread.ofPlatform().daemon().name("charlstm-loader").start(loading);
    boolean interrupted = false;
    while (true) {
      try {
        loading.get();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      } catch (ExecutionException e) {
        throw rethrown(e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static RuntimeException rethrown(Throwable failure) {
    return switch (failure) {
      case Error error -> throw error;
      case RuntimeException unchecked -> unchecked;
      default -> new IllegalStateException(failure);
    };
  }

  private static Attempt loaded(Path file) {
    SymbolLookup symbols = SymbolLookup.libraryLookup(file, Arena.global());
    if (symbols.find("dnnl_version").isEmpty()) {
      return Attempt.failed(file + " is not oneDNN: it has no function dnnl_version");
    }
    MemorySegment version = DnnlApi.dnnl_version();
    int major = dnnl_version_t.major(version);
    String text = major + "." + dnnl_version_t.minor(version) + "." + dnnl_version_t.patch(version);
    if (major != MAJOR) {
      return Attempt.failed(file + " is oneDNN " + text + ", but version 3 is needed");
    }
    return new Attempt(new OneDnn(file, text, OmpThreads.of(symbols)), List.of());
  }

  private static String cure(UnsatisfiedLinkError error) {
    String message = String.valueOf(error.getMessage());
    if (message.contains("another classloader")) {
      return "a JVM loads a library for one class loader only, so share one copy of charlstm";
    }
    return System.getProperty("os.name").startsWith("Windows")
        ? "install the Microsoft Visual C++ Redistributable, or " + LibraryCache.CURE
        : LibraryCache.CURE;
  }
}

package io.charlstm.bindings.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;

/** Opens one library file; a failure becomes a reason. */
final class LibraryOpener {
  private LibraryOpener() {}

  /**
   * An opened library, or why it is not.
   *
   * @param symbols null when there is a problem
   */
  record Opened(SymbolLookup symbols, String problem, String cure) {
    static Opened failed(String problem, String cure) {
      return new Opened(null, problem, cure);
    }
  }

  /** Opens a file for the rest of the process. */
  static Opened open(Path file) {
    try {
      return new Opened(SymbolLookup.libraryLookup(file, Arena.global()), null, null);
    } catch (IllegalArgumentException e) {
      return Opened.failed(
          file + " does not load (" + LoaderErrors.of(file).orElse(e.getMessage()) + ")",
          Cures.libraries());
    } catch (IllegalCallerException e) {
      return denied(e);
    }
  }

  /** Opens what the system's loader finds under a name, for the rest of the process. */
  static Opened openByName(String name) {
    try {
      return new Opened(SymbolLookup.libraryLookup(name, Arena.global()), null, null);
    } catch (IllegalArgumentException e) {
      return Opened.failed(name + " was not found", Cures.driver());
    } catch (IllegalCallerException e) {
      return denied(e);
    }
  }

  private static Opened denied(IllegalCallerException e) {
    return Opened.failed(
        "this JVM denies native access (" + e.getMessage() + ")", Cures.nativeAccess());
  }
}

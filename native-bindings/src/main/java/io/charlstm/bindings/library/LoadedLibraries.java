package io.charlstm.bindings.library;

import io.charlstm.bindings.NativeLibraryException;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The symbols of libraries that were opened by absolute path, under the short names that the
 * generated classes ask for. They are never unloaded.
 */
public final class LoadedLibraries {
  private static final Map<String, SymbolLookup> OPENED = new ConcurrentHashMap<>();

  private LoadedLibraries() {}

  /** Makes an opened library's symbols known; the first library of a name stays. */
  public static void register(String name, SymbolLookup symbols) {
    OPENED.putIfAbsent(name, symbols);
  }

  /** Whether a library of this name was opened. */
  public static boolean isOpen(String name) {
    return OPENED.containsKey(name);
  }

  /**
   * The symbols of one library. The library itself is looked for on each call only, so that a
   * generated class can be initialised (for its constants) before, or without, its library.
   *
   * @return a lookup that throws {@link NativeLibraryException} while the library is not open
   */
  public static SymbolLookup lookup(String name) {
    return symbol -> {
      SymbolLookup opened = OPENED.get(name);
      if (opened == null) {
        throw new NativeLibraryException(
            name, List.of("it was not opened before its function " + symbol + " was called"));
      }
      return opened.find(symbol);
    };
  }
}

package io.charlstm.canary;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Breaks the rules of the architecture on purpose: a rule that does not flag it has stopped
 * looking, for instance because the class files have become too new for its reader. Never run.
 */
@SuppressWarnings({"restricted", "DefaultCharset", "StringCaseLocaleUsage", "SystemOut"})
final class Violations {
  private Violations() {}

  static MemorySegment reinterprets(MemorySegment segment) {
    return segment.reinterpret(8);
  }

  static Linker takesTheLinker() {
    return Linker.nativeLinker();
  }

  static SymbolLookup looksUpSymbols(Arena arena) {
    return SymbolLookup.libraryLookup(Path.of("library"), arena);
  }

  static void loadsALibrary() {
    System.load("library");
  }

  static byte[] usesTheDefaultCharset(byte[] bytes) {
    return new String(bytes).getBytes();
  }

  static String usesTheDefaultLocale(double number) {
    return String.format("%f", number).toLowerCase();
  }

  static String namesItsLocale(double number) {
    return String.format(Locale.ROOT, "%f", number);
  }

  static void prints() {
    System.out.println();
  }
}

package io.charlstm.bindings.cuda;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** C strings that native functions return. */
final class CStrings {
  /** No text of a CUDA library is longer; bounds the search for the terminating zero. */
  private static final long LONGEST = 1 << 20;

  private CStrings() {}

  /** The text at a returned {@code const char*}; empty for NULL. */
  static String at(MemorySegment pointer) {
    return pointer.address() == 0
        ? ""
        : pointer.reinterpret(LONGEST).getString(0, StandardCharsets.UTF_8);
  }
}

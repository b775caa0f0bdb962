package io.charlstm.bindings.library;

/** A native library that was not found or could not be unpacked: one line with the cure. */
public final class LibraryNotFoundException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LibraryNotFoundException(String message) {
    super(message);
  }
}

package io.charlstm.bindings;

import java.util.List;

/**
 * A native library that is not usable here: which library, and every reason found with its cure.
 */
public final class NativeLibraryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String library;
  private final String[] reasons;

  public NativeLibraryException(String library, List<String> reasons) {
    super(library + " is not available: " + String.join("; ", reasons));
    this.library = library;
    this.reasons = reasons.toArray(String[]::new);
  }

  public String library() {
    return library;
  }

  /** What was tried and why it failed, one entry each, in the order tried. */
  public List<String> reasons() {
    return List.of(reasons);
  }
}

package io.charlstm.bindings;

/** A native call that failed: which library, which function, with which status code and text. */
public final class NativeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String library;
  private final String function;
  private final int code;

  public NativeException(String library, String function, int code, String text) {
    super(library + ": " + function + " failed with status " + code + " (" + text + ")");
    this.library = library;
    this.function = function;
    this.code = code;
  }

  public String library() {
    return library;
  }

  public String function() {
    return function;
  }

  public int code() {
    return code;
  }
}

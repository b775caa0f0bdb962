package io.charlstm.bindings.libc;

/** What a failed method handle call means: never an expected condition, so it is rethrown. */
public final class Downcalls {
  private Downcalls() {}

  /** Turns what {@code invokeExact} declares into an unchecked throwable to throw. */
  public static RuntimeException unexpected(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    return new IllegalStateException("a native call threw a checked exception", thrown);
  }
}

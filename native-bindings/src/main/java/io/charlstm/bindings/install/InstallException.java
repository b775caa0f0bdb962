package io.charlstm.bindings.install;

/** Libraries cannot be installed: one line with the reason and its cure. */
public final class InstallException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InstallException(String message) {
    super(message);
  }

  public InstallException(String message, Throwable cause) {
    super(message, cause);
  }
}

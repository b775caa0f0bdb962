package io.charlstm.trainer;

/** A run folder that cannot be used as asked; the message is one line and names the cure. */
public class RunFolderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RunFolderException(String message) {
    super(message);
  }

  public RunFolderException(String message, Throwable cause) {
    super(message, cause);
  }
}

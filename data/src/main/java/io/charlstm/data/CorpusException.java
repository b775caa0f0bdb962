package io.charlstm.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Text that cannot be used as asked: one line saying what, where and what to do about it. */
public class CorpusException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public CorpusException(String message) {
    super(message);
  }

  public CorpusException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Turns a failure to read {@code name} into one line. */
  static CorpusException reading(String name, IOException failure) {
    String reason =
        switch (failure) {
          case NoSuchFileException _ -> "no such file";
          case AccessDeniedException _ -> "permission denied";
          default -> "cannot be read: " + reason(failure);
        };
    return new CorpusException(name + ": " + reason, failure);
  }

  /** The failure's own words on one line, or its type where it has none. */
  static String reason(Exception failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName()
        : message.replaceAll("\\s*\\R\\s*", " ");
  }
}

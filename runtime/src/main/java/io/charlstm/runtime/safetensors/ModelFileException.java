package io.charlstm.runtime.safetensors;

import java.io.IOException;
import java.nio.file.Path;

/** A model file is missing, damaged, hostile or cannot be written: one line that says what. */
public final class ModelFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_QUOTE = 80;

  private final transient Path file;
  private final long offset;

  /** A problem of the file as a whole. */
  public ModelFileException(Path file, String problem) {
    this(file, problem, -1, null);
  }

  /**
   * A problem at a place.
   *
   * @param offset byte in the file
   */
  public ModelFileException(Path file, String problem, long offset) {
    this(file, problem, offset, null);
  }

  ModelFileException(Path file, String problem, IOException cause) {
    this(file, problem, -1, cause);
  }

  private ModelFileException(Path file, String problem, long offset, IOException cause) {
    super(file + ": " + problem + (offset < 0 ? "" : " (at byte " + offset + ")"), cause);
    this.file = file;
    this.offset = offset;
  }

  /** The file concerned. */
  public Path file() {
    return file;
  }

  /** Byte in the file where the problem is, or -1. */
  public long offset() {
    return offset;
  }

  /** Text of unknown origin made fit for a one-line message: quoted, escaped and cut. */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder("'");
    text.codePoints()
        .limit(LONGEST_QUOTE)
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
                quoted.append("\\u").append(Character.forDigit(c >> 12 & 15, 16));
                quoted.append(Character.forDigit(c >> 8 & 15, 16));
                quoted.append(Character.forDigit(c >> 4 & 15, 16));
                quoted.append(Character.forDigit(c & 15, 16));
              } else {
                quoted.appendCodePoint(c);
              }
            });
    if (text.codePointCount(0, text.length()) > LONGEST_QUOTE) {
      quoted.append("...");
    }
    return quoted.append('\'').toString();
  }
}

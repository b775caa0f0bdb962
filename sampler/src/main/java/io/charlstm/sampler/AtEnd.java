package io.charlstm.sampler;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a stream does when it draws the symbol that ends a line: the model's extra symbol, or the
 * line break where the model was trained on lines without one.
 */
public enum AtEnd {
  /** {@link #RESTART} with a model that was trained on lines, else {@link #WRITE}. */
  AUTO,
  /** Writes it like any other character. */
  WRITE,
  /** Ends for good. A line break is written before. */
  STOP,
  /**
   * Goes on from zero state, in which each line was trained, with the last character written as the
   * first input. A line break is written before, an extra symbol is not.
   */
  RESTART;

  /**
   * The choice that a word names.
   *
   * @throws IllegalArgumentException for any other word
   */
  public static AtEnd parse(String word) {
    for (AtEnd choice : values()) {
      if (choice.word().equals(word)) {
        return choice;
      }
    }
    String known = Arrays.stream(values()).map(AtEnd::word).collect(Collectors.joining(", "));
    throw new IllegalArgumentException("at-end must be one of " + known + ": " + word);
  }

  /** The word used on command lines. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

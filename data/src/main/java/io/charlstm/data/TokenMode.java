package io.charlstm.data;

/** What one token stands for. */
public enum TokenMode {
  /** A Unicode code point of UTF-8 text. */
  CHARS,
  /** A byte, taken as it is: any input, 256 symbols. */
  BYTES;

  /**
   * The mode of a configuration word.
   *
   * @throws CorpusException for any word but {@code chars} and {@code bytes}
   */
  public static TokenMode parse(String word) {
    return Words.parse(TokenMode.class, "token mode", word);
  }

  /** The word used in configurations: {@code chars} or {@code bytes}. */
  public String word() {
    return Words.of(this);
  }
}

package io.charlstm.data;

/** What happens to ill-formed UTF-8 and to NUL characters when text is read as characters. */
public enum InvalidPolicy {
  /** Reading stops with a {@link CorpusException} that names the byte offset. */
  ERROR,
  /** Each maximal ill-formed sequence, and each NUL, becomes one U+FFFD. */
  REPLACE,
  /** Each is left out. */
  SKIP;

  /**
   * The policy of a configuration word.
   *
   * @throws CorpusException for any word but {@code error}, {@code replace} and {@code skip}
   */
  public static InvalidPolicy parse(String word) {
    return Words.parse(InvalidPolicy.class, "on_invalid", word);
  }

  /** The word used in configurations. */
  public String word() {
    return Words.of(this);
  }
}

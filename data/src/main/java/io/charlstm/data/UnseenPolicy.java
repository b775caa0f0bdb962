package io.charlstm.data;

/** What happens to a character that a known vocabulary lacks. All policies count it. */
public enum UnseenPolicy {
  /** A {@link CorpusException} that names the first such character and how many there are. */
  ERROR,
  /** It becomes {@link Vocabulary#replacementId()}. */
  REPLACE,
  /** It is left out. */
  SKIP;

  /**
   * The policy of a configuration word.
   *
   * @throws CorpusException for any word but {@code error}, {@code replace} and {@code skip}
   */
  public static UnseenPolicy parse(String word) {
    return Words.parse(UnseenPolicy.class, "on_unseen", word);
  }

  /** The word used in configurations. */
  public String word() {
    return Words.of(this);
  }
}

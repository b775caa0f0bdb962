package io.charlstm.data;

/** How a text is cut into windows. */
public enum Batching {
  /** Contiguous lanes whose state is carried from window to window, see {@link LaneBatches}. */
  LANES,
  /** A line a sequence, of zero state, see {@link LineBatches}. */
  LINES,
  /** Sequences of T, of zero state, in another order each epoch, see {@link SequenceBatches}. */
  SHUFFLED;

  /**
   * The batching of a configuration word.
   *
   * @throws CorpusException for any word but {@code lanes}, {@code lines} and {@code shuffled}
   */
  public static Batching parse(String word) {
    return Words.parse(Batching.class, "batching", word);
  }

  /** The word used in configurations. */
  public String word() {
    return Words.of(this);
  }
}

package io.charlstm.data;

/** A short text, such as a prompt, as token ids. */
public final class EncodedText {
  private final int[] ids;
  private final long unseen;

  EncodedText(int[] ids, long unseen) {
    this.ids = ids;
    this.unseen = unseen;
  }

  /** The ids, in order. */
  public int[] ids() {
    return ids.clone();
  }

  /** How many characters the vocabulary lacks. */
  public long unseen() {
    return unseen;
  }
}

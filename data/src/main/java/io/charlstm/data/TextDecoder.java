package io.charlstm.data;

/**
 * Token ids to text, one at a time, as they are sampled. With a byte vocabulary the bytes are put
 * together to characters; each ill-formed UTF-8 sequence gives one U+FFFD. Allocates nothing but
 * what the text itself needs. Not thread-safe.
 */
public final class TextDecoder {
  private static final int REPLACEMENT_CHARACTER = 0xFFFD;

  private final Vocabulary vocabulary;
  private final boolean bytes;
  private final Utf8Automaton automaton = new Utf8Automaton();

  public TextDecoder(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.bytes = vocabulary.mode() == TokenMode.BYTES;
  }

  /** Appends what a token completes: nothing, one character, or U+FFFD and a character. */
  public void append(int id, StringBuilder text) {
    int symbol = vocabulary.codePoint(id);
    if (!bytes) {
      text.appendCodePoint(symbol);
      return;
    }
    int result = automaton.accept(symbol);
    if (result == Utf8Automaton.INVALID_PREFIX) {
      text.appendCodePoint(REPLACEMENT_CHARACTER);
      result = automaton.accept(symbol);
    }
    if (result == Utf8Automaton.INVALID_BYTE) {
      text.appendCodePoint(REPLACEMENT_CHARACTER);
    } else if (result != Utf8Automaton.PENDING) {
      text.appendCodePoint(result);
    }
  }

  /** What a token completes; may be empty with a byte vocabulary. */
  public String decode(int id) {
    StringBuilder text = new StringBuilder(2);
    append(id, text);
    return text.toString();
  }

  /** Ends the text: an incomplete sequence gives one U+FFFD. The decoder then starts anew. */
  public void flush(StringBuilder text) {
    if (automaton.isPending()) {
      text.appendCodePoint(REPLACEMENT_CHARACTER);
      automaton.reset();
    }
  }

  /** As {@link #flush(StringBuilder)}; empty when nothing was incomplete. */
  public String flush() {
    StringBuilder text = new StringBuilder(1);
    flush(text);
    return text.toString();
  }
}

package io.charlstm.sampler;

import io.charlstm.data.TextDecoder;
import io.charlstm.data.Vocabulary;
import java.util.List;

/** The text side of one stream: drawn tokens in, finished text out. */
final class StreamText {
  private final Vocabulary vocabulary;
  private final StopMatcher matcher;
  private final StringBuilder decoded = new StringBuilder();
  private final StringBuilder ready = new StringBuilder();
  private TextDecoder decoder;
  private boolean ended;

  StreamText(Vocabulary vocabulary, List<String> stops) {
    this.vocabulary = vocabulary;
    this.matcher = new StopMatcher(stops);
    this.decoder = new TextDecoder(vocabulary);
  }

  /** Forgets everything: a new text, or a new part after more input. */
  void restart() {
    decoder = new TextDecoder(vocabulary);
    matcher.reset();
    ended = false;
    ready.setLength(0);
  }

  boolean stopped() {
    return ended || matcher.stopped();
  }

  /** The text ends here. */
  void end() {
    ended = true;
  }

  /** Takes a drawn token; ignored once the stream has stopped. */
  void accept(int token) {
    if (!stopped()) {
      decoded.setLength(0);
      decoder.append(token, decoded);
      matcher.accept(decoded, ready);
    }
  }

  /** Makes ready what was held back as a possible stop text. */
  void flush() {
    matcher.flush(ready);
  }

  boolean isEmpty() {
    return ready.isEmpty();
  }

  /** Takes out all text that is ready. */
  String takeText() {
    String text = ready.toString();
    ready.setLength(0);
    return text;
  }

  /** Takes out one code point; there must be one. */
  int takeCodePoint() {
    int codePoint = ready.codePointAt(0);
    ready.delete(0, Character.charCount(codePoint));
    return codePoint;
  }
}

package io.charlstm.data;

/** A stage between the decoder and the vocabulary that changes text, character by character. */
abstract class Cleaner implements CodePointSink {
  final CodePointSink next;

  Cleaner(CodePointSink next) {
    this.next = next;
  }

  @Override
  public void begin() {
    next.begin();
  }

  @Override
  public void end() {
    next.end();
  }

  static boolean isBlank(int codePoint) {
    return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
  }
}

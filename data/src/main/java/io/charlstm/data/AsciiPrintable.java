package io.charlstm.data;

/** Keeps U+0020 to U+007E and nothing else, line breaks included. */
final class AsciiPrintable extends Cleaner {
  AsciiPrintable(CodePointSink next) {
    super(next);
  }

  @Override
  public void accept(int codePoint, long offset) {
    if (codePoint >= ' ' && codePoint <= '~') {
      next.accept(codePoint, offset);
    }
  }
}

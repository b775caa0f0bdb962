package io.charlstm.data;

/** Bounds the length of lines. */
final class LongLines extends Cleaner {
  /** What becomes of a line that is too long. */
  enum Excess {
    /** It goes on in the next line, and so on. */
    WRAP,
    /** What is too much is left out. */
    TRIM,
    /** The whole line is left out. */
    DROP
  }

  private final Excess excess;
  private final int most;
  private final int[] line;
  private final long[] offsets;
  private int length;

  LongLines(Excess excess, int most, CodePointSink next) {
    super(next);
    this.excess = excess;
    this.most = most;
    int held = excess == Excess.DROP ? most : 0;
    line = new int[held];
    offsets = new long[held];
  }

  @Override
  public void begin() {
    length = 0;
    super.begin();
  }

  @Override
  public void accept(int codePoint, long offset) {
    if (codePoint == '\n') {
      if (release()) {
        next.accept('\n', offset);
      }
      length = 0;
      return;
    }
    if (length == most && excess == Excess.WRAP) {
      next.accept('\n', offset);
      length = 0;
    }
    if (length < most && excess == Excess.DROP) {
      line[length] = codePoint;
      offsets[length] = offset;
    } else if (length < most) {
      next.accept(codePoint, offset);
    }
    length = Math.min(length, most) + 1;
  }

  /** Hands a held line on, unless it is too long; whether its end is to follow. */
  private boolean release() {
    if (excess != Excess.DROP) {
      return true;
    }
    if (length > most) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      next.accept(line[i], offsets[i]);
    }
    return true;
  }

  @Override
  public void end() {
    release();
    super.end();
  }
}

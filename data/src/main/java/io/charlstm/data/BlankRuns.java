package io.charlstm.data;

import java.util.Arrays;

/**
 * Takes blanks from both ends of every line, and what is left of a line's end. Blanks inside of a
 * line are held until a character behind them shows that they are inside.
 */
final class BlankRuns extends Cleaner {
  /** What becomes of lines. */
  enum Lines {
    /** Tabs go, a line that is not empty ends with a newline, empty ones are dropped. */
    STRIPPED,
    /** All of it becomes one line, with one space where there was a line break. */
    JOINED
  }

  private final Lines lines;
  private int[] blanks = new int[64];
  private long[] offsets = new long[64];
  private int held;

  /** Whether the line has characters yet. */
  private boolean inLine;

  /** Whether the document has characters yet. */
  private boolean inDocument;

  BlankRuns(Lines lines, CodePointSink next) {
    super(next);
    this.lines = lines;
  }

  @Override
  public void begin() {
    held = 0;
    inLine = false;
    inDocument = false;
    super.begin();
  }

  @Override
  public void accept(int codePoint, long offset) {
    if (codePoint == '\n') {
      endLine(offset);
    } else if (isBlank(codePoint)) {
      hold(codePoint, offset);
    } else {
      if (lines == Lines.JOINED && inDocument && !inLine) {
        next.accept(' ', offset);
      }
      release();
      inLine = true;
      inDocument = true;
      next.accept(codePoint, offset);
    }
  }

  private void endLine(long offset) {
    if (lines == Lines.STRIPPED && inLine) {
      next.accept('\n', offset);
    }
    held = 0;
    inLine = false;
  }

  private void hold(int codePoint, long offset) {
    if (!inLine || (lines == Lines.STRIPPED && codePoint == '\t')) {
      return;
    }
    if (held == blanks.length) {
      blanks = Arrays.copyOf(blanks, 2 * held);
      offsets = Arrays.copyOf(offsets, 2 * held);
    }
    blanks[held] = codePoint;
    offsets[held++] = offset;
  }

  private void release() {
    for (int i = 0; i < held; i++) {
      next.accept(blanks[i], offsets[i]);
    }
    held = 0;
  }
}

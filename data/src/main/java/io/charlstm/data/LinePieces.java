package io.charlstm.data;

import java.util.Arrays;

/**
 * The lines of a sequence as ranges of target positions. Position N, behind the last token, stands
 * for the newline that a last line without one is given.
 */
final class LinePieces {
  private final int longest;
  private long[] starts = new long[1024];
  private int[] lengths = new int[1024];
  private int count;
  private long emptyLines;
  private long cutLines;

  private LinePieces(int longest) {
    this.longest = longest;
  }

  static LinePieces of(TokenSequence tokens, int newline, int longest) {
    LinePieces pieces = new LinePieces(longest);
    long lineStart = 0;
    for (long i = 0; i < tokens.size(); i++) {
      if (tokens.get(i) == newline) {
        pieces.addLine(lineStart, i - lineStart + 1);
        lineStart = i + 1;
      }
    }
    if (lineStart < tokens.size()) {
      pieces.addLine(lineStart, tokens.size() - lineStart + 1);
    }
    return pieces;
  }

  private void addLine(long start, long transitions) {
    if (transitions == 1) {
      emptyLines++;
      return;
    }
    if (transitions > longest) {
      cutLines++;
    }
    for (long done = 0; done < transitions; done += longest) {
      add(start + done, (int) Math.min(longest, transitions - done));
    }
  }

  private void add(long start, int length) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    starts[count] = start;
    lengths[count++] = length;
  }

  int count() {
    return count;
  }

  /** Position of the first target of a piece. */
  long start(int piece) {
    return starts[piece];
  }

  /** Transitions of a piece, 1 to T. */
  int length(int piece) {
    return lengths[piece];
  }

  long emptyLines() {
    return emptyLines;
  }

  long cutLines() {
    return cutLines;
  }
}

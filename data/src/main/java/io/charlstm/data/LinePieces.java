package io.charlstm.data;

import java.util.Arrays;

/**
 * The lines of a sequence as ranges of input positions. Position -1, before the first token, stands
 * for the newline that the first line is predicted from.
 */
final class LinePieces {
  private final int longest;
  private long[] starts = new long[1024];
  private int[] lengths = new int[1024];
  private int count;
  private long emptyLines;
  private long cutLines;
  private long transitions;

  private LinePieces(int longest) {
    this.longest = longest;
  }

  static LinePieces of(TokenSequence tokens, LineEnds ends, int longest) {
    LinePieces pieces = new LinePieces(longest);
    int before = ends.predictsFirst() ? 1 : 0;
    long lineStart = 0;
    for (long i = 0; i <= tokens.size(); i++) {
      int token = i == tokens.size() ? ends.newline() : tokens.get(i);
      boolean lineEnds = token == ends.newline();
      if (!lineEnds && token == ends.end()) {
        throw new CorpusException(
            "character "
                + (i + 1)
                + " of the text is the extra_symbol, which ends lines: choose another");
      }
      if (!lineEnds) {
        continue;
      }
      if (i > lineStart) {
        pieces.addLine(lineStart - before, i - lineStart + before);
      } else if (i < tokens.size()) {
        pieces.emptyLines++;
      }
      lineStart = i + 1;
    }
    return pieces;
  }

  private void addLine(long start, long lineTransitions) {
    if (lineTransitions > longest) {
      cutLines++;
    }
    for (long done = 0; done < lineTransitions; done += longest) {
      add(start + done, (int) Math.min(longest, lineTransitions - done));
    }
    transitions += lineTransitions;
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

  /** Position of the first input of a piece. */
  long start(int piece) {
    return starts[piece];
  }

  /** Transitions of a piece, 1 to T. */
  int length(int piece) {
    return lengths[piece];
  }

  /** Transitions of all pieces. */
  long transitions() {
    return transitions;
  }

  long emptyLines() {
    return emptyLines;
  }

  long cutLines() {
    return cutLines;
  }
}

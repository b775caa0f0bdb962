package io.charlstm.data;

import java.util.Locale;

/**
 * What was met while a corpus was read.
 *
 * @param documents files, zip entries or streams read
 * @param leftOut binary documents left out of a folder or zip
 * @param invalid ill-formed UTF-8 sequences and NULs replaced or left out
 * @param unseen characters that the known vocabulary lacked
 */
public record CorpusCounts(int documents, int leftOut, long invalid, long unseen) {

  static CorpusCounts of(CorpusEncoder encoder, long unseen) {
    return new CorpusCounts(encoder.documents(), encoder.leftOut(), encoder.invalid(), unseen);
  }

  /** What is not as in an ordinary file, such as {@code " of 3 documents, 2 invalid"}. */
  String description() {
    StringBuilder text = new StringBuilder();
    if (documents != 1) {
      text.append(String.format(Locale.ROOT, " of %,d documents", documents));
    }
    append(text, leftOut, "binary documents left out");
    append(text, invalid, "invalid sequences");
    append(text, unseen, "unseen characters");
    return text.toString();
  }

  private static void append(StringBuilder text, long count, String what) {
    if (count > 0) {
      text.append(String.format(Locale.ROOT, ", %,d %s", count, what));
    }
  }
}

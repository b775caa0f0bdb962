package io.charlstm.cli;

import io.charlstm.data.TokenMode;
import io.charlstm.data.Vocabulary;
import java.util.Arrays;

/** A vocabulary as reports show it: code points in id order, or {@code "bytes"}. */
final class VocabularyJson {
  private VocabularyJson() {}

  static Object of(Vocabulary vocabulary) {
    return vocabulary.mode() == TokenMode.BYTES
        ? "bytes"
        : Arrays.stream(vocabulary.codePoints()).boxed().toList();
  }
}

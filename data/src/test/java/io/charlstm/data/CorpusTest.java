package io.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CorpusTest {
  static CorpusSource stream(String text) {
    return stream(text.getBytes(StandardCharsets.UTF_8));
  }

  static CorpusSource stream(byte[] bytes) {
    return new CorpusSource.StandardInput(new ByteArrayInputStream(bytes));
  }

  static String decode(Corpus corpus) {
    int[] ids = new int[Math.toIntExact(corpus.characters())];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = corpus.tokens().get(i);
    }
    return corpus.vocabulary().decode(ids);
  }

  @Test
  void textComesBackWithSupplementaryCharacters() {
    String text = "zebra é 中文 \uD83D\uDE00\uD83D\uDE01 z\n";
    try (Corpus corpus = Corpus.open(stream(text), CorpusOptions.defaults())) {
      assertThat(decode(corpus)).isEqualTo(text);
      assertThat(corpus.characters()).isEqualTo(text.codePoints().count());
      assertThat(corpus.vocabulary().codePoints())
          .isEqualTo(text.codePoints().distinct().sorted().toArray());
    }
  }
}

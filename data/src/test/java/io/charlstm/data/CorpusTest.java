package io.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusTest {
  private static final CorpusOptions DEFAULTS = CorpusOptions.defaults();

  static CorpusSource stream(String text) {
    return stream(text.getBytes(StandardCharsets.UTF_8));
  }

  static CorpusSource stream(byte[] bytes) {
    return new CorpusSource.StandardInput(new ByteArrayInputStream(bytes));
  }

  static int[] ids(Corpus corpus) {
    return IntStream.range(0, Math.toIntExact(corpus.characters()))
        .map(i -> corpus.tokens().get(i))
        .toArray();
  }

  static String decode(Corpus corpus) {
    return corpus.vocabulary().decode(ids(corpus));
  }

  @Test
  void textComesBackWithSupplementaryCharacters() {
    String text = "zebra é 中文 \uD83D\uDE00\uD83D\uDE01 z\n";
    try (Corpus corpus = Corpus.open(stream(text), DEFAULTS)) {
      assertThat(decode(corpus)).isEqualTo(text);
      assertThat(corpus.characters()).isEqualTo(text.codePoints().count());
      assertThat(corpus.vocabulary().codePoints())
          .isEqualTo(text.codePoints().distinct().sorted().toArray());
      assertThat(corpus.unseen()).isZero();
      assertThat(corpus.description())
          .isEqualTo("standard input: 16 characters, vocabulary of 12 characters");
    }
  }

  @Test
  void bytesAreTakenAsTheyAre() {
    byte[] bytes = new byte[1000];
    new Random(7).nextBytes(bytes);
    bytes[0] = (byte) 0xEF;
    bytes[1] = '\r';
    bytes[2] = '\n';
    try (Corpus corpus = Corpus.open(stream(bytes), DEFAULTS.withMode(TokenMode.BYTES))) {
      assertThat(corpus.vocabulary().size()).isEqualTo(256);
      assertThat(ids(corpus))
          .isEqualTo(IntStream.range(0, 1000).map(i -> bytes[i] & 0xFF).toArray());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {65_534, 65_535, 65_536, 65_537, 131_071})
  void charactersAndNewlinesOnTheEdgeOfAReadBufferSurvive(int before) {
    String text = "x".repeat(before) + "\r\n中\r\n" + "y".repeat(before) + "\uD83D\uDE00\r";
    try (Corpus corpus = Corpus.open(stream(text), DEFAULTS)) {
      assertThat(decode(corpus)).isEqualTo(text.replace("\r\n", "\n").replace('\r', '\n'));
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,1", "255,1", "256,1", "257,2", "65536,2", "65537,4", "65600,4"})
  void tokensAreStoredAsNarrowAsTheVocabularyAllows(int symbols, int width) {
    int[] codePoints =
        IntStream.iterate(0x10FFFF, cp -> cp - 1)
            .filter(cp -> cp < 0xD800 || cp > 0xDFFF)
            .limit(symbols)
            .toArray();
    String text = new String(codePoints, 0, symbols) + new String(codePoints, 0, symbols);
    try (Corpus corpus = Corpus.open(stream(text), DEFAULTS)) {
      assertThat(corpus.characters()).isEqualTo(2L * symbols);
      assertThat(corpus.storedBytes()).isEqualTo(2L * symbols * width);
      assertThat(decode(corpus)).isEqualTo(text);
    }
  }

  @Test
  void aTextWhoseLastCharacterWidensTheTokensIsWhole() {
    String wide =
        IntStream.range(0x4E00, 0x4E00 + 300)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    String text = "ab".repeat(100_000) + wide;
    try (Corpus corpus = Corpus.open(stream(text), DEFAULTS)) {
      assertThat(decode(corpus)).isEqualTo(text);
    }
  }

  @Test
  void manyTokensGoToATemporaryFileThatLeavesNothing(@TempDir Path folder) throws IOException {
    String text = "the quick brown fox \uD83D\uDE00 ".repeat(20_000) + "中";
    CorpusOptions onDisk = DEFAULTS.withTemporaryFile(folder.resolve("made/later"), 1000);
    Corpus mapped = Corpus.open(stream(text), onDisk);
    try (Corpus inMemory = Corpus.open(stream(text), DEFAULTS)) {
      assertThat(mapped.isMapped()).isTrue();
      assertThat(inMemory.isMapped()).isFalse();
      assertThat(ids(mapped)).isEqualTo(ids(inMemory));
      assertThat(mapped.sha256()).isEqualTo(inMemory.sha256());
    } finally {
      mapped.close();
    }
    mapped.close();
    try (Stream<Path> left = Files.walk(folder)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void aFailureLeavesNoTemporaryFile(@TempDir Path folder) throws IOException {
    byte[] bytes = "a".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    bytes[99_999] = (byte) 0xFF;
    CorpusOptions onDisk = DEFAULTS.withTemporaryFile(folder, 0);
    assertThatThrownBy(() -> Corpus.open(stream(bytes), onDisk)).hasMessageContaining("byte 99999");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aTemporaryFolderThatCannotBeIsOneClearLine(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    CorpusOptions options = DEFAULTS.withTemporaryFile(file, 0);
    assertThatThrownBy(() -> Corpus.open(stream("abc"), options))
        .isInstanceOf(CorpusException.class)
        .hasMessageStartingWith(file + ": cannot keep the encoded corpus there")
        .hasMessageContaining("java.io.tmpdir");
  }

  @Test
  void aSourceThatShrinksLaterDoesNoHarm(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("text"), "abc".repeat(50_000));
    CorpusOptions onDisk = DEFAULTS.withTemporaryFile(folder, 0);
    try (Corpus corpus = Corpus.open(new CorpusSource.TextFile(file), onDisk)) {
      Files.writeString(file, "");
      assertThat(decode(corpus)).isEqualTo("abc".repeat(50_000));
    }
  }

  @Test
  void theChecksumIsThatOfTheTokens() throws Exception {
    byte[] bytes = {9, 8, 7, 0, (byte) 200};
    String expected = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    try (Corpus corpus = Corpus.open(stream(bytes), DEFAULTS.withMode(TokenMode.BYTES))) {
      assertThat(corpus.sha256()).isEqualTo(expected).isEqualTo(corpus.sha256());
    }
  }

  @Test
  void tooLittleTextIsRefused() {
    for (CorpusOptions options :
        new CorpusOptions[] {DEFAULTS, DEFAULTS.withMode(TokenMode.BYTES)}) {
      assertThatThrownBy(() -> Corpus.open(stream(""), options))
          .isInstanceOf(CorpusException.class)
          .hasMessage("standard input: is empty: a corpus needs at least 2 characters");
      assertThatThrownBy(() -> Corpus.open(stream("x"), options))
          .isInstanceOf(CorpusException.class)
          .hasMessage("standard input: has only 1 character: a corpus needs at least 2 characters");
    }
    assertThatThrownBy(() -> Corpus.open(stream("\uFEFF"), DEFAULTS))
        .hasMessageContaining("is empty");
    assertThatThrownBy(() -> Corpus.open(stream("\r\n"), DEFAULTS))
        .hasMessageContaining("has only 1 character");
  }

  @Test
  void oneDistinctCharacterIsEnough() {
    try (Corpus corpus = Corpus.open(stream("aaaa"), DEFAULTS)) {
      assertThat(corpus.vocabulary().size()).isEqualTo(1);
      assertThat(ids(corpus)).containsOnly(0).hasSize(4);
    }
  }

  @Test
  void invalidSequencesAreCounted() {
    byte[] bytes = {'a', (byte) 0xFF, 'b', (byte) 0xC3};
    CorpusOptions replace = DEFAULTS.withOnInvalid(InvalidPolicy.REPLACE);
    try (Corpus corpus = Corpus.open(stream(bytes), replace)) {
      assertThat(decode(corpus)).isEqualTo("a\uFFFDb\uFFFD");
      assertThat(corpus.counts().invalid()).isEqualTo(2);
      assertThat(corpus.description()).contains(", 2 invalid sequences,");
    }
    CorpusOptions skip = DEFAULTS.withOnInvalid(InvalidPolicy.SKIP);
    try (Corpus corpus = Corpus.open(stream(bytes), skip)) {
      assertThat(decode(corpus)).isEqualTo("ab");
      assertThat(corpus.counts().invalid()).isEqualTo(2);
    }
  }

  @Test
  void unseenCharactersFollowThePolicyAndAreCounted() {
    Vocabulary known = Vocabulary.ofCodePoints('b', 'a', ' ');
    String text = "ab\r\nxé\uD83D\uDE00a";
    CorpusOptions verbatim = DEFAULTS.withNormalizeNewlines(false);
    try (Corpus corpus = Corpus.open(stream(text), verbatim, known, UnseenPolicy.REPLACE)) {
      assertThat(ids(corpus)).containsExactly(1, 0, 2, 2, 2, 2, 2, 1);
      assertThat(corpus.unseen()).isEqualTo(5);
      assertThat(corpus.vocabulary()).isSameAs(known);
    }
    try (Corpus corpus = Corpus.open(stream(text), verbatim, known, UnseenPolicy.SKIP)) {
      assertThat(ids(corpus)).containsExactly(1, 0, 1);
      assertThat(corpus.unseen()).isEqualTo(5);
    }
    assertThatThrownBy(
            () -> Corpus.open(stream("abé\uD83D\uDE00é"), DEFAULTS, known, UnseenPolicy.ERROR))
        .isInstanceOf(CorpusException.class)
        .hasMessage(
            "standard input: byte 2: U+00E9 'é' is not among the model's 3 characters"
                + " (3 unseen in all): use --on-unseen replace or skip");
  }

  @Test
  void skippingEverythingLeavesTooLittle() {
    Vocabulary known = Vocabulary.ofCodePoints('a');
    assertThatThrownBy(() -> Corpus.open(stream("xyz"), DEFAULTS, known, UnseenPolicy.SKIP))
        .hasMessage(
            "standard input: is empty besides 3 unseen: a corpus needs at least 2 characters");
  }

  @Test
  void theReplacementIsTheReplacementCharacterElseTheSpaceElseTheFirst() {
    assertThat(Vocabulary.ofCodePoints('a', ' ', 0xFFFD).replacementId()).isEqualTo(2);
    assertThat(Vocabulary.ofCodePoints('a', ' ', 'b').replacementId()).isEqualTo(1);
    assertThat(Vocabulary.ofCodePoints('a', 'b').replacementId()).isZero();
  }

  @Test
  void theModesOfAModelWinsOverTheOptions() {
    try (Corpus corpus =
        Corpus.open(stream("é\r\n"), DEFAULTS, Vocabulary.bytes(), UnseenPolicy.ERROR)) {
      assertThat(ids(corpus)).containsExactly(0xC3, 0xA9, '\r', '\n');
    }
  }

  @Test
  void reopenedWithItsOwnVocabularyACorpusIsTheSame() {
    String text = "to be or not to be\n".repeat(30);
    try (Corpus first = Corpus.open(stream(text), DEFAULTS);
        Corpus again =
            Corpus.open(stream(text), DEFAULTS, first.vocabulary(), UnseenPolicy.ERROR)) {
      assertThat(again.sha256()).isEqualTo(first.sha256());
      assertThat(ids(again)).isEqualTo(ids(first));
    }
  }

  @Test
  void theSummaryCountsTheSymbols() {
    try (Corpus corpus = Corpus.open(stream("abracadabra ab e"), DEFAULTS)) {
      CorpusSummary summary = CorpusSummary.of(corpus, Split.parse("50,25,25"), 3);
      assertThat(summary.mostFrequent())
          .extracting(CorpusSummary.SymbolCount::symbol, CorpusSummary.SymbolCount::count)
          .containsExactly(tuple('a', 6), tuple('b', 3), tuple(' ', 2));
      assertThat(summary.trainCharacters()).isEqualTo(8);
      assertThat(summary.validCharacters()).isEqualTo(4);
      assertThat(summary.testCharacters()).isEqualTo(4);
      assertThat(summary.vocabularySize()).isEqualTo(7);
    }
  }

  private static Tuple tuple(int symbol, long count) {
    return Tuple.tuple(symbol, count);
  }
}

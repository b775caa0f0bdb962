package io.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CleaningTest {
  @TempDir Path folder;

  private static String cleaned(String cleaners, String text) throws IOException {
    StringWriter out = new StringWriter();
    CorpusOptions options = CorpusOptions.defaults().withCleaning(Cleaning.parse(cleaners));
    CleanText.write(CorpusTest.stream(text), options, out);
    return out.toString();
  }

  /** In the tables {@code $} is a line break, {@code #} a tab and {@code .} a blank. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "ascii-printable, a.b$c#dé–e~, a.bcde~",
        "strip-lines, ..a.b#c..$$.#.$#d.$e, a.bc$d$e",
        "strip-lines, #$.., -",
        "join-lines, ..a..b.$.$c$$, a..b.c",
        "join-lines, $$a$b, a.b",
        "wrap-lines:3, abcdefg$hi$jkl$, abc$def$g$hi$jkl$",
        "trim-lines:3, abcdefg$hi$jkl$, abc$hi$jkl$",
        "drop-lines:3, abcdefg$hi$jkl$mnop, hi$jkl$",
        "drop-lines:3, abcdefg$hi, hi",
        "'join-lines,wrap-lines:4', ab.$cd$ef, ab.c$d.ef",
        "'strip-lines,trim-lines:2', ..abc$$.d, ab$d",
      })
  void cleanersDoWhatTheirDescriptionSays(String cleaners, String text, String expected)
      throws IOException {
    String result = cleaned(cleaners, readable(text));
    assertThat(result).isEqualTo(expected == null ? "" : readable(expected));
  }

  private static String readable(String text) {
    return text.replace('$', '\n').replace('#', '\t').replace('.', ' ');
  }

  /** The R tutorial's two steps: to ASCII, then everything removed that does not print. */
  @Test
  void asciiPrintableIsWhatRLeaves() throws IOException {
    String text = "First Citizen:\nBefore we proceed\u00a0… “hear”\tme\u007f speak.\n";
    assertThat(cleaned("ascii-printable", text)).isEqualTo(text.replaceAll("[^\\x20-\\x7e]", ""));
  }

  /** Cut at every possible place, the stages must not notice the chunks. */
  @ParameterizedTest
  @ValueSource(strings = {"strip-lines", "join-lines", "drop-lines:20", "wrap-lines:7"})
  void chunksDoNotShow(String cleaners) throws IOException {
    Random random = new Random(17);
    StringBuilder text = new StringBuilder();
    while (text.length() < 200_000) { // three chunks
      text.append("ab \t\nü".charAt(random.nextInt(6)));
    }
    String whole = text.append("end\n").toString();
    String expected =
        switch (cleaners) {
          case "strip-lines" ->
              whole.replace("\t", "").replaceAll("(?m)^ +| +$", "").replaceAll("\n+", "\n");
          case "join-lines" -> whole.replaceAll("\\s*\n\\s*", " ").strip();
          case "drop-lines:20" -> whole.replaceAll("(?m)^.{21,}\n", "");
          default -> whole.replaceAll("(?m)(.{7})(?=.)", "$1\n");
        };
    String result = cleaned(cleaners, whole);
    assertThat(result)
        .isEqualTo(cleaners.equals("strip-lines") ? expected.stripLeading() : expected);
  }

  @Test
  void aCorpusHoldsTheCleanedText() {
    CorpusOptions options =
        CorpusOptions.defaults().withCleaning(Cleaning.parse("strip-lines, trim-lines:4"));
    try (Corpus corpus = Corpus.open(CorpusTest.stream("  abcdef\n\n gé\n"), options)) {
      int[] ids = new int[(int) corpus.characters()];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = corpus.tokens().get(i);
      }
      assertThat(corpus.vocabulary().decode(ids)).isEqualTo("abcd\ngé\n");
    }
  }

  @Test
  void unseenCharactersAreReportedAtTheirPlaceInTheFile() {
    CorpusOptions options = CorpusOptions.defaults().withCleaning(Cleaning.parse("strip-lines"));
    Vocabulary known = Vocabulary.ofCodePoints('\n', 'a', 'b');
    assertThatThrownBy(
            () ->
                Corpus.open(
                    CorpusTest.stream("\t a\n\n  b?\n"), options, known, UnseenPolicy.ERROR))
        .isInstanceOf(CorpusException.class)
        .hasMessageContaining("byte 8: U+003F '?'");
  }

  @Test
  void wordsAreCheckedAndKept() {
    assertThat(Cleaning.parse(" strip-lines , trim-lines:129 "))
        .hasToString("strip-lines,trim-lines:129");
    assertThat(Cleaning.parse(" ")).isEqualTo(Cleaning.NONE);
    assertThat(Cleaning.known())
        .extracting(Cleaning.Known::name)
        .containsExactly(
            "ascii-printable",
            "strip-lines",
            "join-lines",
            "wrap-lines:N",
            "trim-lines:N",
            "drop-lines:N");
    assertThatThrownBy(() -> Cleaning.parse("striplines"))
        .isInstanceOf(CorpusException.class)
        .hasMessageStartingWith("clean: there is no cleaner 'striplines'; cleaners are ascii-");
    for (String wrong : new String[] {"trim-lines", "trim-lines:0", "trim-lines:9999999"}) {
      assertThatThrownBy(() -> Cleaning.parse(wrong))
          .isInstanceOf(CorpusException.class)
          .hasMessageContaining("needs a number from 1 to 1048576");
    }
    assertThatThrownBy(() -> Cleaning.parse("strip-lines:3"))
        .isInstanceOf(CorpusException.class)
        .hasMessageContaining("takes no number");
  }

  @Test
  void bytesAreNotCleaned() {
    CorpusOptions options = CorpusOptions.defaults().withCleaning(Cleaning.parse("strip-lines"));
    assertThatThrownBy(() -> options.withMode(TokenMode.BYTES))
        .isInstanceOf(CorpusException.class)
        .hasMessageContaining("cleaners work on characters");
  }

  @Test
  void aFileIsWrittenWholeOrNotAtAll() throws IOException {
    CorpusOptions options = CorpusOptions.defaults().withCleaning(Cleaning.parse("strip-lines"));
    Path file = folder.resolve("clean.txt");
    assertThat(CleanText.write(CorpusTest.stream(" é \n\n x"), options, file)).isEqualTo(3);
    assertThat(file).hasContent("é\nx");
    assertThatThrownBy(() -> CleanText.write(CorpusTest.stream("y"), options, file))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(file).hasContent("é\nx");
    Path other = folder.resolve("other.txt");
    assertThatThrownBy(() -> CleanText.write(CorpusTest.stream("a\0b"), options, other))
        .isInstanceOf(CorpusException.class);
    assertThat(Files.exists(other)).isFalse();
  }
}

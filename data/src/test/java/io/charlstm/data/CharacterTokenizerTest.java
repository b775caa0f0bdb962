package io.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CharacterTokenizerTest {

  /** Decodes in chunks of random sizes, so that sequences and newline pairs are torn apart. */
  private static String decode(
      byte[] bytes, InvalidPolicy policy, boolean normalize, Random random) {
    CharacterTokenizer tokenizer = new CharacterTokenizer(policy, normalize);
    SymbolBlock block = new SymbolBlock(bytes.length + 2);
    StringBuilder text = new StringBuilder();
    tokenizer.begin("FILE");
    int done = 0;
    while (done < bytes.length) {
      int length = 1 + random.nextInt(Math.min(7, bytes.length - done));
      tokenizer.decode(Arrays.copyOfRange(bytes, done, done + length), length, block);
      append(block, text);
      done += length;
    }
    tokenizer.end(block);
    append(block, text);
    return text.toString();
  }

  private static void append(SymbolBlock block, StringBuilder text) {
    for (int i = 0; i < block.count; i++) {
      text.appendCodePoint(block.symbols[i]);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // lone and surplus continuation bytes
    "61 80, 1, 0x80",
    "C3 A9 BF, 2, 0xBF",
    // cut short by the end, or by another character
    "61 C3, 1, 0xC3",
    "61 E4 B8, 1, 0xE4",
    "61 F0 9F 98, 1, 0xF0",
    "61 62 E4 B8 63, 2, 0xE4",
    "F0 9F 98 61, 0, 0xF0",
    "61 E4 E4 B8 AD, 1, 0xE4",
    // overlong forms of NUL, /, U+007F, U+07FF and U+FFFF
    "61 C0 80, 1, 0xC0",
    "C0 AF, 0, 0xC0",
    "C1 BF, 0, 0xC1",
    "61 E0 9F BF, 1, 0xE0",
    "61 62 F0 8F BF BF, 2, 0xF0",
    // surrogates
    "ED A0 80, 0, 0xED",
    "61 ED BF BF, 1, 0xED",
    // above U+10FFFF, and bytes that never occur
    "61 F4 90 80 80, 1, 0xF4",
    "F5 80 80 80, 0, 0xF5",
    "61 62 63 FE, 3, 0xFE",
    "FF FE 61 00, 0, 0xFF",
    // a byte order mark counts
    "EF BB BF 61 FF, 4, 0xFF",
  })
  void everyIllFormedSequenceIsNamedWithItsOffset(String hex, int offset, String firstByte) {
    byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
    for (int seed = 0; seed < 5; seed++) {
      Random random = new Random(seed);
      assertThatThrownBy(() -> decode(bytes, InvalidPolicy.ERROR, true, random))
          .isInstanceOf(CorpusException.class)
          .hasMessage(
              "FILE: invalid UTF-8 at byte %d (%s): use --on-invalid replace or skip,"
                  + " or --token-mode bytes",
              offset, firstByte);
    }
  }

  @ParameterizedTest
  @CsvSource({"7F", "C2 80", "DF BF", "E0 A0 80", "ED 9F BF", "EE 80 80", "EF BF BF"})
  void theOutermostCharactersOfEachLengthAreRead(String hex) {
    byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
    assertThat(decode(bytes, InvalidPolicy.ERROR, true, new Random(1)))
        .isEqualTo(new String(bytes, StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({"F0 90 80 80, 65536", "F4 8F BF BF, 1114111"})
  void supplementaryCharactersAreOneSymbol(String hex, int codePoint) {
    byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
    assertThat(decode(bytes, InvalidPolicy.ERROR, true, new Random(2)).codePoints())
        .containsExactly(codePoint);
  }

  @Test
  void randomBytesAreReadAsTheJdkReadsThem() {
    long seed = 20_261_123;
    System.err.println("seed " + seed);
    Random random = new Random(seed);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = nearlyText(random);
      int malformed = firstMalformed(bytes);
      if (!hasSurrogate(bytes)) {
        assertThat(decode(bytes, InvalidPolicy.REPLACE, false, random))
            .as("%s", HexFormat.of().formatHex(bytes))
            .isEqualTo(new String(bytes, StandardCharsets.UTF_8));
      }
      assertThat(decode(bytes, InvalidPolicy.SKIP, false, random)).isEqualTo(skipping(bytes));
      if (malformed >= 0) {
        refused++;
        assertThatThrownBy(() -> decode(bytes, InvalidPolicy.ERROR, false, random))
            .hasMessageContaining("at byte " + malformed + " (");
      } else {
        assertThat(decode(bytes, InvalidPolicy.ERROR, false, random))
            .isEqualTo(new String(bytes, StandardCharsets.UTF_8));
      }
    }
    assertThat(refused).isBetween(2_000, 18_000);
  }

  /** Text of 1 to 4 byte characters with a byte damaged here and there; no NUL, no leading BOM. */
  private static byte[] nearlyText(Random random) {
    int[] samples = {'a', 0x7F, 0x80, 0xE9, 0x7FF, 0x800, 0x4E2D, 0xFFFF, 0x10000, 0x10FFFF};
    StringBuilder text = new StringBuilder("x");
    for (int i = random.nextInt(8); i >= 0; i--) {
      text.appendCodePoint(samples[random.nextInt(samples.length)]);
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (random.nextBoolean()) {
      bytes[random.nextInt(bytes.length)] = (byte) (1 + random.nextInt(255));
    }
    boolean cut = random.nextInt(4) == 0;
    return cut ? Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length)) : bytes;
  }

  /**
   * The JDK gives one U+FFFD for all bytes of an encoded surrogate; the Unicode standard recommends
   * one for each, since none can continue 0xED.
   */
  private static boolean hasSurrogate(byte[] bytes) {
    for (int i = 1; i < bytes.length; i++) {
      if (bytes[i - 1] == (byte) 0xED && (bytes[i] & 0xE0) == 0xA0) {
        return true;
      }
    }
    return false;
  }

  @Test
  void eachByteOfASurrogateIsReplaced() {
    byte[] bytes = {'a', (byte) 0xED, (byte) 0xA0, (byte) 0x80, 'b'};
    assertThat(decode(bytes, InvalidPolicy.REPLACE, true, new Random(6)))
        .isEqualTo("a\uFFFD\uFFFD\uFFFDb");
  }

  private static int firstMalformed(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    boolean error = decoder.decode(in, CharBuffer.allocate(2 * bytes.length), true).isError();
    return error ? in.position() : -1;
  }

  private static String skipping(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.IGNORE)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a~r~nb, a~nb",
    "a~rb, a~nb",
    "~r~r~n~n~r, ~n~n~n~n",
    "a~n~rb, a~n~nb",
    "~r, ~n",
    "~r~n~r~n, ~n~n",
    "a~r é~r~n, a~n é~n",
  })
  void newlinesAreNormalisedAlsoAcrossChunks(String from, String to) {
    byte[] bytes = newlines(from).getBytes(StandardCharsets.UTF_8);
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      assertThat(decode(bytes, InvalidPolicy.ERROR, true, random)).isEqualTo(newlines(to));
      assertThat(decode(bytes, InvalidPolicy.ERROR, false, random)).isEqualTo(newlines(from));
    }
  }

  private static String newlines(String text) {
    return text.replace("~r", "\r").replace("~n", "\n");
  }

  @Test
  void onlyALeadingByteOrderMarkIsDropped() {
    byte[] bytes = "\uFEFF\uFEFFa\uFEFF".getBytes(StandardCharsets.UTF_8);
    assertThat(decode(bytes, InvalidPolicy.ERROR, true, new Random(3))).isEqualTo("\uFEFFa\uFEFF");
  }

  @Test
  void nulLooksBinary() {
    byte[] bytes = {'a', 'b', 0, 'c'};
    assertThatThrownBy(() -> decode(bytes, InvalidPolicy.ERROR, true, new Random(4)))
        .isInstanceOf(CorpusException.class)
        .hasMessage(
            "FILE: NUL at byte 2, so this looks binary: use --token-mode bytes,"
                + " or --on-invalid replace or skip");
    assertThat(decode(bytes, InvalidPolicy.REPLACE, true, new Random(4))).isEqualTo("ab\uFFFDc");
    assertThat(decode(bytes, InvalidPolicy.SKIP, true, new Random(4))).isEqualTo("abc");
  }

  @Test
  void offsetsAreThoseOfTheFirstByteOfEachCharacter() {
    String text = "a\r\né中\uD83D\uDE00b";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    CharacterTokenizer tokenizer = new CharacterTokenizer(InvalidPolicy.ERROR, true);
    SymbolBlock block = new SymbolBlock(bytes.length + 2);
    tokenizer.begin("FILE");
    StringBuilder offsets = new StringBuilder();
    for (byte one : bytes) {
      tokenizer.decode(new byte[] {one}, 1, block);
      for (int i = 0; i < block.count; i++) {
        offsets.append(String.format(Locale.ROOT, "%X:%d ", block.symbols[i], block.offset(i)));
      }
    }
    assertThat(offsets.toString()).isEqualTo("61:0 A:1 E9:3 4E2D:5 1F600:8 62:12 ");
  }
}

package io.charlstm.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The symbols of a model and their token ids 0 to V-1. With {@link TokenMode#CHARS} a symbol is a
 * code point; with {@link TokenMode#BYTES} there are always 256, each a byte value equal to its id.
 * Immutable.
 */
public final class Vocabulary {
  private static final int REPLACEMENT_CHARACTER = 0xFFFD;

  private final TokenMode mode;
  private final int[] codePoints;
  private final CodePointMap ids = new CodePointMap();

  private Vocabulary(TokenMode mode, int[] codePoints) {
    this.mode = mode;
    this.codePoints = codePoints;
    for (int id = 0; id < codePoints.length; id++) {
      ids.put(codePoints[id], id);
    }
  }

  /**
   * A character vocabulary whose ids follow the order given.
   *
   * @throws IllegalArgumentException when empty, or when an entry is repeated, a surrogate or no
   *     code point at all
   */
  public static Vocabulary ofCodePoints(int... codePoints) {
    if (codePoints.length == 0) {
      throw new IllegalArgumentException("a vocabulary needs at least one character");
    }
    CodePointMap seen = new CodePointMap();
    for (int codePoint : codePoints) {
      if (!isScalarValue(codePoint)) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "0x%X is not a Unicode character", codePoint));
      }
      if (seen.get(codePoint) != CodePointMap.ABSENT) {
        throw new IllegalArgumentException("the vocabulary repeats " + name(codePoint));
      }
      seen.put(codePoint, 0);
    }
    return new Vocabulary(TokenMode.CHARS, codePoints.clone());
  }

  /** The 256 byte values. */
  public static Vocabulary bytes() {
    return new Vocabulary(TokenMode.BYTES, IntStream.range(0, 256).toArray());
  }

  public int size() {
    return codePoints.length;
  }

  public TokenMode mode() {
    return mode;
  }

  /**
   * The id of a symbol, or -1 when the vocabulary lacks it.
   *
   * @param codePoint a code point, or a byte value 0 to 255 with {@link TokenMode#BYTES}
   */
  public int idOf(int codePoint) {
    return Character.isValidCodePoint(codePoint) ? ids.get(codePoint) : CodePointMap.ABSENT;
  }

  /** The code point, or byte value 0 to 255, of an id. */
  public int codePoint(int id) {
    return codePoints[id];
  }

  /** All symbols in id order. */
  public int[] codePoints() {
    return codePoints.clone();
  }

  /**
   * What {@link UnseenPolicy#REPLACE} puts in the place of an unseen character: U+FFFD if the
   * vocabulary has it, else the space, else id 0.
   */
  public int replacementId() {
    int replacement = idOf(REPLACEMENT_CHARACTER);
    int orSpace = replacement == CodePointMap.ABSENT ? idOf(' ') : replacement;
    return Math.max(0, orSpace);
  }

  /** The text of token ids; incomplete or ill-formed UTF-8 of a byte vocabulary gives U+FFFD. */
  public String decode(int... tokenIds) {
    StringBuilder text = new StringBuilder(tokenIds.length);
    TextDecoder decoder = new TextDecoder(this);
    for (int id : tokenIds) {
      decoder.append(id, text);
    }
    decoder.flush(text);
    return text.toString();
  }

  /**
   * The token ids of a text, such as a prompt.
   *
   * @throws CorpusException with {@link UnseenPolicy#ERROR} when a character is unseen
   */
  public EncodedText encode(String text, UnseenPolicy unseenPolicy) {
    int[] symbols =
        mode == TokenMode.CHARS
            ? text.codePoints().toArray()
            : unsigned(text.getBytes(StandardCharsets.UTF_8));
    int[] encoded = new int[symbols.length];
    int count = 0;
    long unseen = 0;
    for (int i = 0; i < symbols.length; i++) {
      int id = ids.get(symbols[i]);
      if (id == CodePointMap.ABSENT) {
        unseen++;
        if (unseenPolicy == UnseenPolicy.ERROR) {
          throw new CorpusException(unseenInText(symbols[i], i));
        }
        id = unseenPolicy == UnseenPolicy.REPLACE ? replacementId() : CodePointMap.ABSENT;
      }
      if (id != CodePointMap.ABSENT) {
        encoded[count++] = id;
      }
    }
    return new EncodedText(Arrays.copyOf(encoded, count), unseen);
  }

  private String unseenInText(int codePoint, int index) {
    return String.format(
        Locale.ROOT,
        "%s at character %d of the text is not among the model's %d characters",
        name(codePoint),
        index + 1,
        size());
  }

  private static int[] unsigned(byte[] bytes) {
    return IntStream.range(0, bytes.length).map(i -> bytes[i] & 0xFF).toArray();
  }

  /** A code point for messages: U+00E9 'é', or its number alone where it has no visible form. */
  static String name(int codePoint) {
    String number = String.format(Locale.ROOT, "U+%04X", codePoint);
    boolean visible =
        isScalarValue(codePoint)
            && Character.isDefined(codePoint)
            && !Character.isISOControl(codePoint)
            && !Character.isWhitespace(codePoint)
            && Character.getType(codePoint) != Character.FORMAT;
    return visible ? number + " '" + Character.toString(codePoint) + "'" : number;
  }

  private static boolean isScalarValue(int codePoint) {
    return Character.isValidCodePoint(codePoint)
        && !(codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Vocabulary that
        && mode == that.mode
        && Arrays.equals(codePoints, that.codePoints);
  }

  @Override
  public int hashCode() {
    return 31 * mode.word().hashCode() + Arrays.hashCode(codePoints);
  }

  @Override
  public String toString() {
    return mode == TokenMode.BYTES ? "256 byte values" : size() + " characters";
  }
}

package io.charlstm.data;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * A cut of a corpus by position into a training, a validation and a test part. The first cut is at
 * {@code floor(N * train / 100)}, the second at {@code floor(N * (train + valid) / 100)}, computed
 * exactly.
 *
 * @param train percent for training
 * @param valid percent for validation; may be 0
 * @param test percent for the test; may be 0
 */
public record Split(double train, double valid, double test) {
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  /** 90, 5 and 5 percent. */
  public static final Split DEFAULT = new Split(90, 5, 5);

  /**
   * Checks the percentages.
   *
   * @throws CorpusException when one is negative or no number, or their sum is not 100
   */
  public Split {
    if (!(train >= 0 && valid >= 0 && test >= 0) || !isHundred(train, valid, test)) {
      throw new CorpusException(
          "split "
              + text(train, valid, test)
              + ": three percentages of at least 0 that sum to 100, such as 90,5,5");
    }
  }

  private static boolean isHundred(double train, double valid, double test) {
    return Double.isFinite(train + valid + test)
        && exact(train).add(exact(valid)).add(exact(test)).compareTo(HUNDRED) == 0;
  }

  /** The decimal number as it was written, not its nearest binary fraction. */
  private static BigDecimal exact(double percent) {
    return BigDecimal.valueOf(percent);
  }

  /**
   * A split such as {@code 90,5,5} or {@code 90,10,0}.
   *
   * @throws CorpusException when the text is anything else
   */
  public static Split parse(String text) {
    String[] words = text.split(",", -1);
    if (words.length != 3) {
      throw malformed(text, null);
    }
    try {
      return new Split(
          Double.parseDouble(words[0].strip()),
          Double.parseDouble(words[1].strip()),
          Double.parseDouble(words[2].strip()));
    } catch (NumberFormatException e) {
      throw malformed(text, e);
    }
  }

  private static CorpusException malformed(String text, NumberFormatException cause) {
    return new CorpusException(
        "split '" + text + "': three percentages with commas between, such as 90,5,5", cause);
  }

  /** The parts of a sequence; together they are all of it. */
  public Parts parts(TokenSequence tokens) {
    Cuts cuts = cuts(tokens.size());
    return new Parts(
        cuts.slice(tokens, CorpusBatches.Part.TRAIN),
        cuts.slice(tokens, CorpusBatches.Part.VALID),
        cuts.slice(tokens, CorpusBatches.Part.TEST));
  }

  /** Where {@code size} things are cut. */
  Cuts cuts(long size) {
    return new Cuts(cut(size, exact(train)), cut(size, exact(train).add(exact(valid))), size);
  }

  /**
   * Positions of the cuts.
   *
   * @param valid first of the validation part
   * @param test first of the test part
   * @param end behind the last
   */
  record Cuts(long valid, long test, long end) {
    long from(CorpusBatches.Part part) {
      return switch (part) {
        case ALL, TRAIN -> 0;
        case VALID -> valid;
        case TEST -> test;
      };
    }

    long to(CorpusBatches.Part part) {
      return switch (part) {
        case TRAIN -> valid;
        case VALID -> test;
        case ALL, TEST -> end;
      };
    }

    TokenSequence slice(TokenSequence tokens, CorpusBatches.Part part) {
      return tokens.slice(from(part), to(part));
    }
  }

  private static long cut(long size, BigDecimal percent) {
    BigInteger position =
        BigDecimal.valueOf(size)
            .multiply(percent)
            .divide(HUNDRED, 0, RoundingMode.FLOOR)
            .toBigIntegerExact();
    return position.longValueExact();
  }

  /** The split as it is written in configurations, such as {@code 90,5,5}. */
  @Override
  public String toString() {
    return text(train, valid, test);
  }

  private static String text(double train, double valid, double test) {
    return word(train) + "," + word(valid) + "," + word(test);
  }

  private static String word(double percent) {
    return Double.isFinite(percent)
        ? exact(percent).stripTrailingZeros().toPlainString()
        : Double.toString(percent);
  }

  /** The three parts of a corpus; a part may be empty. */
  public record Parts(TokenSequence train, TokenSequence valid, TokenSequence test) {}
}

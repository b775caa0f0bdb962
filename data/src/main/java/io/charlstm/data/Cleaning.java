package io.charlstm.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Named cleaners that text runs through, in order, before it becomes tokens. Immutable.
 *
 * @param words the cleaners as they are written, such as {@code strip-lines} or {@code
 *     wrap-lines:129}
 */
public record Cleaning(List<String> words) {
  /** Text as it is. */
  public static final Cleaning NONE = new Cleaning(List.of());

  /** The longest line that a cleaner may be asked for, as one of them is kept in memory. */
  private static final int LONGEST_LINE = 1 << 20;

  /**
   * A cleaner there is.
   *
   * @param name as it is written; with {@code :N} when it takes a number of characters
   * @param description one line for people
   */
  public record Known(String name, String description) {}

  private enum Kind {
    ASCII_PRINTABLE("printable ASCII only: everything else goes, line breaks too", false),
    STRIP_LINES("tabs go, blanks at both ends of lines go, empty lines go", false),
    JOIN_LINES("all of it becomes one line: a line break is a space, empty lines go", false),
    WRAP_LINES("a line of more than N characters goes on in the next line", true),
    TRIM_LINES("what a line has beyond N characters goes", true),
    DROP_LINES("lines of more than N characters go", true);

    private final String description;
    private final boolean counts;

    Kind(String description, boolean counts) {
      this.description = description;
      this.counts = counts;
    }

    private String word() {
      return Words.of(this).replace('_', '-');
    }
  }

  /**
   * Checks the words.
   *
   * @throws CorpusException when one is not a cleaner
   */
  public Cleaning {
    words = List.copyOf(words);
    words.forEach(word -> number(kind(word), word));
  }

  /** All cleaners. */
  public static List<Known> known() {
    return Arrays.stream(Kind.values())
        .map(kind -> new Known(kind.word() + (kind.counts ? ":N" : ""), kind.description))
        .toList();
  }

  /**
   * Cleaners as a configuration lists them, with commas between; none when it is blank.
   *
   * @throws CorpusException when one is not a cleaner
   */
  public static Cleaning parse(String text) {
    List<String> words = new ArrayList<>();
    for (String word : text.split(",", -1)) {
      words.add(word.strip());
    }
    return text.isBlank() ? NONE : new Cleaning(words);
  }

  private static Kind kind(String word) {
    String name = word.replaceFirst(":.*$", "");
    for (Kind kind : Kind.values()) {
      if (kind.word().equals(name)) {
        return kind;
      }
    }
    String all = known().stream().map(Known::name).collect(Collectors.joining(", "));
    throw new CorpusException("clean: there is no cleaner '" + word + "'; cleaners are " + all);
  }

  private static int number(Kind kind, String word) {
    boolean given = word.matches("[^:]+:[0-9]{1,7}");
    int number = given ? Integer.parseInt(word.substring(word.indexOf(':') + 1)) : 0;
    boolean fits = kind.counts ? number >= 1 && number <= LONGEST_LINE : !word.contains(":");
    if (!fits) {
      throw new CorpusException(
          "clean: "
              + (kind.counts
                  ? kind.word()
                      + " needs a number from 1 to "
                      + LONGEST_LINE
                      + ", such as "
                      + kind.word()
                      + ":129"
                  : kind.word() + " takes no number")
              + ", not '"
              + word
              + "'");
    }
    return number;
  }

  boolean isNone() {
    return words.isEmpty();
  }

  /** The cleaners, the first of them in front, before a sink. */
  CodePointSink before(CodePointSink sink) {
    CodePointSink first = sink;
    for (String word : words.reversed()) {
      first = cleaner(word, first);
    }
    return first;
  }

  private static Cleaner cleaner(String word, CodePointSink next) {
    Kind kind = kind(word);
    int number = number(kind, word);
    return switch (kind) {
      case ASCII_PRINTABLE -> new AsciiPrintable(next);
      case STRIP_LINES -> new BlankRuns(BlankRuns.Lines.STRIPPED, next);
      case JOIN_LINES -> new BlankRuns(BlankRuns.Lines.JOINED, next);
      case WRAP_LINES -> new LongLines(LongLines.Excess.WRAP, number, next);
      case TRIM_LINES -> new LongLines(LongLines.Excess.TRIM, number, next);
      case DROP_LINES -> new LongLines(LongLines.Excess.DROP, number, next);
    };
  }

  /** As a configuration lists them. */
  @Override
  public String toString() {
    return String.join(",", words);
  }
}

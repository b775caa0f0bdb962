package io.charlstm.trainer;

import java.util.List;
import java.util.Locale;

/**
 * Definition of one configuration key. The same word is used in TOML files, by {@code --set} and in
 * what {@code info --json} prints.
 *
 * @param name snake_case word
 * @param group heading under which configuration files list it
 * @param kind type of the value
 * @param defaultValue a Long, Double, Boolean or String as {@code kind} says
 * @param range allowed numbers; null for other kinds
 * @param choices allowed words of a {@link Kind#CHOICE}, else empty; a word that ends in {@code :N}
 *     stands for it with any whole number of up to three digits
 * @param resumable whether a run that is resumed may be given another value
 * @param description one line for people
 */
public record ConfigKey(
    String name,
    String group,
    Kind kind,
    Object defaultValue,
    ConfigRange range,
    List<String> choices,
    boolean resumable,
    String description) {

  private static final String NUMBERED = ":N";

  /** Type of a value. */
  public enum Kind {
    /** Held as Long. */
    INTEGER,
    /** Held as Double. */
    DECIMAL,
    /** Held as Boolean. */
    FLAG,
    /** Held as String, one of the choices. */
    CHOICE,
    /** Held as String. */
    TEXT;

    String noun() {
      return switch (this) {
        case INTEGER -> "a whole number";
        case DECIMAL -> "a number";
        case FLAG -> "true or false";
        case CHOICE -> "a word";
        case TEXT -> "a text";
      };
    }
  }

  public ConfigKey {
    choices = List.copyOf(choices);
  }

  /**
   * Reads a value as it is typed on a command line.
   *
   * @throws ConfigException when it is not of this key's kind or not allowed
   */
  public Object parse(String text) {
    String trimmed = text.strip();
    try {
      return switch (kind) {
        case INTEGER -> check(Long.parseLong(trimmed.replace("_", "")));
        case DECIMAL -> check(parseDecimal(trimmed));
        case FLAG -> parseFlag(trimmed);
        case CHOICE -> check(trimmed.toLowerCase(Locale.ROOT));
        case TEXT -> text;
      };
    } catch (NumberFormatException e) {
      throw wrong(text, e);
    }
  }

  /**
   * Checks a value of any source; whole numbers are taken where a decimal is asked for.
   *
   * @throws ConfigException when it is not of this key's kind or not allowed
   */
  public Object check(Object value) {
    Object typed = value instanceof Long n && kind == Kind.DECIMAL ? (Object) (double) n : value;
    boolean kindFits =
        switch (kind) {
          case INTEGER -> typed instanceof Long;
          case DECIMAL -> typed instanceof Double;
          case FLAG -> typed instanceof Boolean;
          case CHOICE, TEXT -> typed instanceof String;
        };
    if (!kindFits) {
      throw wrong(value, null);
    }
    if (typed instanceof Number n && !range.contains(n.doubleValue())) {
      throw new ConfigException(name + " must be " + range + ", not " + value);
    }
    if (kind == Kind.CHOICE && choices.stream().noneMatch(choice -> covers(choice, typed))) {
      throw new ConfigException(
          name + " must be one of " + String.join(", ", choices) + ", not '" + value + "'");
    }
    return typed;
  }

  private static boolean covers(String choice, Object word) {
    if (!choice.endsWith(NUMBERED)) {
      return choice.equals(word);
    }
    String stem = choice.substring(0, choice.length() - 1);
    String text = word.toString();
    return text.startsWith(stem) && text.substring(stem.length()).matches("[0-9]{1,3}");
  }

  private static double parseDecimal(String text) {
    if (!text.matches("[-+]?[0-9_]*\\.?[0-9_]*([eE][-+]?[0-9]+)?")) {
      throw new NumberFormatException(text); // keeps out NaN, Infinity, hexadecimal and suffixes
    }
    return Double.parseDouble(text.replace("_", ""));
  }

  private Object parseFlag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "1" -> true;
      case "false", "no", "off", "0" -> false;
      default -> throw wrong(text, null);
    };
  }

  private ConfigException wrong(Object value, Throwable cause) {
    return new ConfigException(name + " must be " + kind.noun() + ", not '" + value + "'", cause);
  }
}

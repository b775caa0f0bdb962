package io.charlstm.data;

/**
 * How lines begin and end.
 *
 * @param newline id of the token that separates lines in the text
 * @param end id of the token that ends a line, and pads it
 */
public record LineEnds(int newline, int end) {

  /** A line begins and ends with its newline. */
  public static LineEnds newlines(int newline) {
    return new LineEnds(newline, newline);
  }

  /**
   * Whether the first character of a line is predicted, from the newline before it. With an end of
   * its own a line has nothing before its first character.
   */
  boolean predictsFirst() {
    return end == newline;
  }
}

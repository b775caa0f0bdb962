package io.charlstm.trainer;

/**
 * The numbers a configuration value may take.
 *
 * @param min smallest value
 * @param aboveMin whether {@code min} itself is left out
 * @param max largest value
 * @param belowMax whether {@code max} itself is left out
 */
public record ConfigRange(double min, boolean aboveMin, double max, boolean belowMax) {

  static ConfigRange between(double min, double max) {
    return new ConfigRange(min, false, max, false);
  }

  static ConfigRange atLeast(double min) {
    return between(min, Double.MAX_VALUE);
  }

  static ConfigRange above(double min) {
    return new ConfigRange(min, true, Double.MAX_VALUE, false);
  }

  /** From 0 up to but without 1, as probabilities and decay rates need. */
  static ConfigRange fraction() {
    return new ConfigRange(0, false, 1, true);
  }

  boolean contains(double value) {
    boolean low = aboveMin ? value > min : value >= min;
    boolean high = belowMax ? value < max : value <= max;
    return low && high;
  }

  /** For example {@code at least 0 and below 1}. */
  @Override
  public String toString() {
    String low = (aboveMin ? "above " : "at least ") + number(min);
    if (max == Double.MAX_VALUE) {
      return low;
    }
    return low + " and " + (belowMax ? "below " : "at most ") + number(max);
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}

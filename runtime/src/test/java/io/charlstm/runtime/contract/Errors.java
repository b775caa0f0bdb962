package io.charlstm.runtime.contract;

/** Distances between tensors. */
public final class Errors {
  private Errors() {}

  /**
   * L2 norm of the difference divided by the L2 norm of what is expected, or by {@link
   * Tolerances#ZERO_NORM} where that is larger.
   */
  public static double relative(double[] actual, double[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
      norm += expected[i] * expected[i];
    }
    return Math.sqrt(difference) / Math.max(Math.sqrt(norm), Tolerances.ZERO_NORM);
  }

  /** The same for floats. */
  public static double relative(float[] actual, float[] expected) {
    return relative(widen(actual), widen(expected));
  }

  /** Largest absolute difference. */
  public static double largest(float[] actual, float[] expected) {
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs((double) actual[i] - expected[i]);
      largest = Double.isNaN(difference) ? Double.NaN : Math.max(largest, difference);
    }
    return largest;
  }

  /** The same values as doubles. */
  public static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}

package io.charlstm.runtime.reference;

/** The two loops all matrix products here are made of. */
final class Dense {
  private Dense() {}

  /** Sum of x[i] y[i] over {@code length} elements from the given offsets. */
  static double dot(double[] x, int xOffset, double[] y, int yOffset, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += x[xOffset + i] * y[yOffset + i];
    }
    return sum;
  }

  /** y[i] += a x[i] over {@code length} elements from the given offsets. */
  static void axpy(double a, double[] x, int xOffset, double[] y, int yOffset, int length) {
    for (int i = 0; i < length; i++) {
      y[yOffset + i] += a * x[xOffset + i];
    }
  }
}

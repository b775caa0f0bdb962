package io.charlstm.runtime.kernels;

/** Chooses the set of kernels for this virtual machine. */
public final class KernelSelection {
  /** System property that forces a set: {@code plain} or {@code vector}. */
  public static final String PROPERTY = "charlstm.kernels";

  private KernelSelection() {}

  /**
   * The set named by the system property, else vector kernels where the incubator module is there.
   *
   * @throws IllegalArgumentException if the property names no set that can be had
   */
  public static Kernels choose() {
    return choosesVector() ? vector() : plain();
  }

  /**
   * Whether {@link #choose} takes the vector kernels.
   *
   * @throws IllegalArgumentException if the property names no set
   */
  public static boolean choosesVector() {
    String wanted = System.getProperty(PROPERTY, vectorAvailable() ? "vector" : "plain");
    return switch (wanted) {
      case "plain" -> false;
      case "vector" -> true;
      default ->
          throw new IllegalArgumentException(
              "system property " + PROPERTY + " must be plain or vector, not " + wanted);
    };
  }

  /** Whether the module of the Vector API is there. */
  public static boolean vectorAvailable() {
    return VectorModule.isPresent();
  }

  public static Kernels plain() {
    return new PlainKernels();
  }

  /**
   * The vector kernels.
   *
   * @throws IllegalArgumentException if the module of the Vector API is absent
   */
  public static Kernels vector() {
    if (!vectorAvailable()) {
      throw new IllegalArgumentException(
          "vector kernels need the java option --add-modules jdk.incubator.vector");
    }
    return VectorKernelsHolder.create();
  }

  /** Keeps the verifier of the outer class from loading the vector classes. */
  private static final class VectorKernelsHolder {
    static Kernels create() {
      return new VectorKernels();
    }
  }
}

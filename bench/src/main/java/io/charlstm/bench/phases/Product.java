package io.charlstm.bench.phases;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One kind of matrix product dst(M,N) = src(M,K) wei(K,N) as oneDNN's verbose mode reports it.
 *
 * @param primitive whether it is a matmul primitive, with packed weights, or plain sgemm
 * @param type element type of src and wei, as oneDNN names it
 * @param result element type of dst
 * @param transposedSource whether src is stored as (K,M)
 * @param transposedWeights whether wei is stored as (N,K)
 * @param packedWeights whether the primitive chose the layout of wei
 * @param sourceStride elements from one stored row of src to the next, likewise the others
 * @param sum whether dst += rather than dst =
 * @param bias whether a bias row is added
 */
public record Product(
    boolean primitive,
    String type,
    String result,
    long m,
    long n,
    long k,
    boolean transposedSource,
    boolean transposedWeights,
    boolean packedWeights,
    long sourceStride,
    long weightsStride,
    long resultStride,
    boolean sum,
    boolean bias) {

  private static final int KIND = 5;
  private static final int TENSORS = 8;
  private static final int ATTRIBUTES = 9;
  private static final int SIZES = 11;
  private static final Pattern SHAPE = Pattern.compile("(\\d+)x(\\d+):(\\d+)x(\\d+)");

  /** Plain sgemm of dense matrices. */
  public static Product sgemm(long m, long n, long k) {
    return new Product(false, "f32", "f32", m, n, k, false, false, false, k, n, n, false, false);
  }

  /**
   * A matmul primitive with packed weights and a float32 result.
   *
   * @param type of src and wei: {@code f32} or {@code bf16}
   */
  public static Product packed(String type, long m, long n, long k) {
    return new Product(true, type, "f32", m, n, k, false, false, true, k, n, n, false, false);
  }

  /** The product that a line of verbose output says was executed; empty for any other line. */
  static Optional<Product> parse(String line) {
    String[] fields = line.split(",", -1);
    if (!line.startsWith("onednn_verbose,")
        || fields.length <= SIZES
        || !fields[3].equals("exec")) {
      return Optional.empty();
    }
    boolean primitive = fields[KIND].equals("matmul");
    if (!primitive && !fields[KIND].equals("gemm_api")) {
      return Optional.empty();
    }
    Matcher sizes = SHAPE.matcher(fields[SIZES]);
    if (!sizes.matches() || !sizes.group(2).equals(sizes.group(3))) {
      throw new IllegalArgumentException("a product of unknown sizes: " + line);
    }
    return Optional.of(of(primitive, fields, sizes));
  }

  private static Product of(boolean primitive, String[] fields, Matcher sizes) {
    long m = Long.parseLong(sizes.group(1));
    long k = Long.parseLong(sizes.group(2));
    long n = Long.parseLong(sizes.group(4));
    Tensor source = Tensor.find(fields[TENSORS], "src");
    Tensor weights = Tensor.find(fields[TENSORS], "wei");
    Tensor result = Tensor.find(fields[TENSORS], "dst");
    String attributes = fields[ATTRIBUTES];
    return new Product(
        primitive,
        source.type(),
        result.type(),
        m,
        n,
        k,
        source.transposed(),
        weights.transposed(),
        weights.chosen(),
        stride(attributes, "lda", source.stride(source.transposed() ? m : k)),
        stride(attributes, "ldb", weights.stride(weights.transposed() ? k : n)),
        stride(attributes, "ldc", result.stride(n)),
        attributes.contains("sum"),
        fields[TENSORS].contains("bia"));
  }

  private static long stride(String attributes, String name, long dense) {
    Matcher matcher = Pattern.compile("\\b" + name + ":(\\d+)").matcher(attributes);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : dense;
  }

  /** Operations: a multiplication and an addition each. */
  public double flops() {
    return 2.0 * m * n * k;
  }

  /** For people, such as {@code sgemm f32 16x384x192 +=} with sizes M x N x K. */
  String label() {
    return String.format(
        Locale.ROOT,
        "%s %s %s%dx%dx%d%s%s",
        primitive ? "matmul" : "sgemm",
        type,
        transposedSource ? "T " : "",
        m,
        n,
        k,
        transposedWeights ? " T" : "",
        sum ? " +=" : "");
  }

  /** A tensor's description, such as {@code wei:bf16:a:blocked:BA16a64b2a::f0}. */
  private record Tensor(String type, boolean chosen, String layout, String strides) {
    private static final Pattern FORM =
        Pattern.compile("([a-z0-9]+):([a-z]*):blocked:([A-Za-z0-9]+):([0-9x]*)");

    static Tensor find(String tensors, String name) {
      for (String tensor : tensors.split(" ", -1)) {
        if (tensor.startsWith(name + ":") || tensor.startsWith(name + "_")) {
          Matcher matcher = FORM.matcher(tensor.substring(name.length() + 1));
          if (matcher.lookingAt()) {
            return new Tensor(
                matcher.group(1),
                matcher.group(2).contains("a"),
                matcher.group(3),
                matcher.group(4));
          }
        }
      }
      throw new IllegalArgumentException("no " + name + " among the tensors " + tensors);
    }

    boolean transposed() {
      return layout.equals("ba");
    }

    /** Elements between rows: the larger stride, or a dense row. */
    long stride(long dense) {
      if (!strides.contains("x")) {
        return dense;
      }
      String[] each = strides.split("x", -1);
      return Math.max(Long.parseLong(each[0]), Long.parseLong(each[1]));
    }
  }
}

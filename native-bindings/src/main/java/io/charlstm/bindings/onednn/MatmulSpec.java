package io.charlstm.bindings.onednn;

import java.util.Objects;

/**
 * A matrix product dst(M, N) = src(M, K) * weights(K, N), optionally plus bias (1, N), optionally
 * added to what dst holds. The descriptors stay the caller's; they may be closed once the primitive
 * is created.
 *
 * @param weights (K, N); with {@link FormatTag#ANY} oneDNN chooses a packed layout, see {@link
 *     Matmul#weightsDesc()}
 * @param bias (1, N), or null for none
 * @param accumulate true: dst += the product; false: dst = the product
 */
public record MatmulSpec(
    MemoryDesc source,
    MemoryDesc weights,
    MemoryDesc bias,
    MemoryDesc destination,
    boolean accumulate) {

  public MatmulSpec {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(weights, "weights");
    Objects.requireNonNull(destination, "destination");
  }

  /** dst = src * weights. */
  public static MatmulSpec of(MemoryDesc source, MemoryDesc weights, MemoryDesc destination) {
    return new MatmulSpec(source, weights, null, destination, false);
  }

  /** The same with a bias row added to every row of the product. */
  public MatmulSpec withBias(MemoryDesc newBias) {
    return new MatmulSpec(source, weights, newBias, destination, accumulate);
  }

  /** The same, adding to what dst holds. */
  public MatmulSpec accumulating() {
    return new MatmulSpec(source, weights, bias, destination, true);
  }
}

package io.charlstm.bindings.cuda;

import java.util.Objects;

/**
 * A product of row-major matrices, C(m,n) = alpha * op(A)(m,k) * op(B)(k,n) + beta * C, optionally
 * plus a bias (n) on every row.
 *
 * @param transposeA whether A is stored (k,m) instead of (m,k)
 * @param transposeB whether B is stored (n,k) instead of (k,n)
 * @param lda elements from one row of A, as stored, to the next; likewise ldb and ldc
 * @param inputType of A and B
 * @param outputType of C and the bias
 */
public record MatmulSpec(
    int m,
    int n,
    int k,
    boolean transposeA,
    boolean transposeB,
    int lda,
    int ldb,
    int ldc,
    BlasType inputType,
    BlasType outputType,
    BlasCompute compute,
    boolean bias) {

  public MatmulSpec {
    Objects.requireNonNull(inputType, "inputType");
    Objects.requireNonNull(outputType, "outputType");
    Objects.requireNonNull(compute, "compute");
    if (m < 1 || n < 1 || k < 1) {
      throw new IllegalArgumentException("a product of m=" + m + ", n=" + n + ", k=" + k);
    }
    if (lda < (transposeA ? m : k) || ldb < (transposeB ? k : n) || ldc < n) {
      throw new IllegalArgumentException(
          "rows shorter than their columns: lda=" + lda + ", ldb=" + ldb + ", ldc=" + ldc);
    }
  }
}

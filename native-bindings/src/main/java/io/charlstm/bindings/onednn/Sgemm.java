package io.charlstm.bindings.onednn;

/** The plain single-precision matrix product, without a primitive and without packing. */
public final class Sgemm {
  private static final byte PLAIN = 'N';
  private static final byte TRANSPOSED = 'T';

  private Sgemm() {}

  /**
   * C = alpha * op(A) * op(B) + beta * C on row-major matrices, with op(A) of shape (m, k), op(B)
   * of (k, n) and C of (m, n). Runs on the calling thread and as many more as its OpenMP setting
   * says. Allocates nothing.
   *
   * @param transA whether A is stored as (k, m)
   * @param transB whether B is stored as (n, k)
   * @param a address of A's first element
   * @param lda elements from one stored row of A to the next
   * @throws io.charlstm.bindings.NativeException when sizes or strides do not fit
   */
  public static void run(
      boolean transA,
      boolean transB,
      long m,
      long n,
      long k,
      float alpha,
      long a,
      long lda,
      long b,
      long ldb,
      float beta,
      long c,
      long ldc) {
    OneDnn.get();
    int status =
        AddressCalls.sgemm(
            transA ? TRANSPOSED : PLAIN,
            transB ? TRANSPOSED : PLAIN,
            m,
            n,
            k,
            alpha,
            a,
            lda,
            b,
            ldb,
            beta,
            c,
            ldc);
    Status.check("dnnl_sgemm", status);
  }
}

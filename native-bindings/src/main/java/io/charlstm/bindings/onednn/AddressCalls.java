package io.charlstm.bindings.onednn;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.charlstm.bindings.gen.onednn.DnnlApi;
import io.charlstm.bindings.libc.Downcalls;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * The two calls made thousands of times a step, with pointers declared as 64-bit integers. Every
 * 64-bit calling convention passes the two alike, and so a raw address needs no segment object and
 * no liveness bookkeeping per call.
 */
final class AddressCalls {
  private static final MethodHandle EXECUTE =
      Linker.nativeLinker()
          .downcallHandle(
              DnnlApi.dnnl_primitive_execute$address(),
              FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG));
  private static final MethodHandle SGEMM =
      Linker.nativeLinker()
          .downcallHandle(
              DnnlApi.dnnl_sgemm$address(),
              FunctionDescriptor.of(
                  JAVA_INT,
                  JAVA_BYTE,
                  JAVA_BYTE,
                  JAVA_LONG,
                  JAVA_LONG,
                  JAVA_LONG,
                  JAVA_FLOAT,
                  JAVA_LONG,
                  JAVA_LONG,
                  JAVA_LONG,
                  JAVA_LONG,
                  JAVA_FLOAT,
                  JAVA_LONG,
                  JAVA_LONG));

  private AddressCalls() {}

  /** {@code dnnl_primitive_execute}. */
  static int execute(long primitive, long stream, int count, long arguments) {
    try {
      return (int) EXECUTE.invokeExact(primitive, stream, count, arguments);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  /** {@code dnnl_sgemm}. */
  static int sgemm(
      byte transA,
      byte transB,
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
    try {
      return (int) SGEMM.invokeExact(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }
}

package io.charlstm.bindings.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.bindings.NativeException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SgemmTest {
  /** Sums of up to 29 products of numbers below 1 in single precision: about 29 * 2^-24. */
  private static final double TOLERANCE = 1e-5;

  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  void agreesWithPlainLoops(boolean transA, boolean transB) {
    long m = 7;
    long n = 13;
    long k = 29;
    long lda = (transA ? m : k) + 3;
    long ldb = (transB ? k : n) + 5;
    long ldc = n + 2;
    float alpha = 0.75f;
    float beta = -0.5f;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment a = Matrices.random(arena, 1, (transA ? k : m) * lda);
      MemorySegment b = Matrices.random(arena, 2, (transB ? n : k) * ldb);
      MemorySegment c = Matrices.random(arena, 3, m * ldc);
      MemorySegment before = Matrices.random(arena, 3, m * ldc);
      Sgemm.run(
          transA,
          transB,
          m,
          n,
          k,
          alpha,
          a.address(),
          lda,
          b.address(),
          ldb,
          beta,
          c.address(),
          ldc);
      for (long i = 0; i < m; i++) {
        for (long j = 0; j < ldc; j++) {
          double old = Matrices.at(before, false, ldc, i, j);
          double expected =
              j < n
                  ? alpha * Matrices.product(a, transA, lda, b, transB, ldb, k, i, j) + beta * old
                  : old;
          assertThat(Matrices.at(c, false, ldc, i, j))
              .as("row %d, column %d", i, j)
              .isCloseTo(expected, within(TOLERANCE));
        }
      }
    }
  }

  @Test
  void aStrideShorterThanARowIsAnErrorWithFunctionAndStatus() {
    assertThatThrownBy(() -> Sgemm.run(false, false, 4, 5, 6, 1, 0, 2, 0, 5, 0, 0, 5))
        .isInstanceOfSatisfying(
            NativeException.class,
            e -> {
              assertThat(e.library()).isEqualTo("oneDNN");
              assertThat(e.function()).isEqualTo("dnnl_sgemm");
              assertThat(e.code()).isEqualTo(2);
              assertThat(e).hasMessageContaining("invalid_arguments");
            });
  }
}

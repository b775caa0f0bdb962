package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.bindings.NativeException;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of row-major matrices against three loops. */
@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class MatmulOnDoubleTest {
  private static final int M = 4;
  private static final int N = 6;
  private static final int K = 5;
  private static final long WORKSPACE = 1 << 20;

  /** Five summands of magnitude 1 in single precision. */
  private static final double TOLERANCE = 5e-6;

  @BeforeEach
  void start() {
    CudaDevice.of(0).makeCurrent();
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, false, 0",
    "true, false, false, 0",
    "false, true, true, 0",
    "true, true, false, 0",
    "false, false, true, 0.5",
    "false, true, false, 1",
    "true, true, true, -2"
  })
  void productsOfEveryKind(boolean transposeA, boolean transposeB, boolean bias, float beta) {
    Random random = new Random(7);
    int lda = (transposeA ? M : K) + 3;
    int ldb = (transposeB ? K : N) + 1;
    int ldc = N + 2;
    float[] a = random(random, (transposeA ? K : M) * lda);
    float[] b = random(random, (transposeB ? N : K) * ldb);
    float[] c = random(random, M * ldc);
    float[] biases = random(random, N);
    float alpha = 1.5f;
    MatmulSpec spec =
        new MatmulSpec(
            M,
            N,
            K,
            transposeA,
            transposeB,
            lda,
            ldb,
            ldc,
            BlasType.FLOAT,
            BlasType.FLOAT,
            BlasCompute.FLOAT_PEDANTIC,
            bias);
    try (DeviceArrays arrays = new DeviceArrays();
        BlasLtHandle handle = BlasLtHandle.create();
        BlasLtMatmul matmul = BlasLtMatmul.create(handle, spec, WORKSPACE)) {
      long result = arrays.of(c);
      matmul.run(
          arrays.stream,
          alpha,
          arrays.of(a),
          arrays.of(b),
          beta,
          result,
          bias ? arrays.of(biases) : 0,
          arrays.bytes(matmul.workspaceBytes()));
      float[] actual = arrays.read(result, c.length);
      for (int i = 0; i < M; i++) {
        for (int j = 0; j < ldc; j++) {
          double expected = c[i * ldc + j];
          if (j < N) {
            double sum = 0;
            for (int k = 0; k < K; k++) {
              double left = transposeA ? a[k * lda + i] : a[i * lda + k];
              sum += left * (transposeB ? b[j * ldb + k] : b[k * ldb + j]);
            }
            expected = alpha * sum + beta * expected + (bias ? biases[j] : 0);
          }
          assertThat((double) actual[i * ldc + j])
              .as("C(%d,%d)", i, j)
              .isCloseTo(expected, within(TOLERANCE));
        }
      }
    }
  }

  @Test
  void theBiasMayChangeFromCallToCall() {
    MatmulSpec spec = plain(2, 3, 1, true);
    try (DeviceArrays arrays = new DeviceArrays();
        BlasLtHandle handle = BlasLtHandle.create();
        BlasLtMatmul matmul = BlasLtMatmul.create(handle, spec, WORKSPACE)) {
      long a = arrays.of(1, 2);
      long b = arrays.of(10, 20, 30);
      long c = arrays.bytes(4 * 6);
      long workspace = arrays.bytes(matmul.workspaceBytes());
      long first = arrays.of(1, 2, 3);
      long second = arrays.of(4, 5, 6);
      matmul.run(arrays.stream, 1, a, b, 0, c, first, workspace);
      assertThat(arrays.read(c, 6)).containsExactly(11, 22, 33, 21, 42, 63);
      matmul.run(arrays.stream, 1, a, b, 0, c, second, workspace);
      assertThat(arrays.read(c, 6)).containsExactly(14, 25, 36, 24, 45, 66);
    }
  }

  @Test
  void addressesMustBeAligned() {
    try (BlasLtHandle handle = BlasLtHandle.create();
        CudaStream stream = CudaStream.create();
        BlasLtMatmul matmul = BlasLtMatmul.create(handle, plain(2, 3, 4, false), WORKSPACE)) {
      assertThatThrownBy(() -> matmul.run(stream, 1, 4096, 4100, 0, 8192, 0, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("16-byte aligned");
    }
  }

  @Test
  void aProductThatTheLibraryLacksIsAClearError() {
    MatmulSpec spec =
        new MatmulSpec(
            2,
            3,
            4,
            false,
            false,
            4,
            3,
            3,
            BlasType.BFLOAT16,
            BlasType.HALF,
            BlasCompute.FLOAT,
            false);
    try (BlasLtHandle handle = BlasLtHandle.create()) {
      assertThatThrownBy(() -> BlasLtMatmul.create(handle, spec, WORKSPACE))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("CUBLAS_STATUS_NOT_SUPPORTED", "BFLOAT16");
    }
  }

  @Test
  void shapesThatCannotBeAreRefused() {
    assertThatThrownBy(() -> plain(0, 3, 4, false)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new MatmulSpec(
                    2,
                    3,
                    4,
                    false,
                    false,
                    3,
                    3,
                    3,
                    BlasType.FLOAT,
                    BlasType.FLOAT,
                    BlasCompute.FLOAT,
                    false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lda=3");
  }

  private static MatmulSpec plain(int m, int n, int k, boolean bias) {
    return new MatmulSpec(
        m, n, k, false, false, k, n, n, BlasType.FLOAT, BlasType.FLOAT, BlasCompute.FLOAT, bias);
  }

  private static float[] random(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }
}

package io.charlstm.runtime.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vector kernels and plain ones do the same operations, so elementwise results are the same. */
class KernelSetsAgreeTest {
  private final Block block = new Block();
  private final UpdateStep step = new UpdateStep();

  @BeforeEach
  void needVectors() {
    assumeTrue(KernelSelection.vectorAvailable(), "no --add-modules jdk.incubator.vector");
    step.clipValue = 0.8f;
    step.gradientScale = 0.7f;
    step.weightDecay = 0.01f;
    step.parameterScale = 0.99f;
    step.stepSize = 0.03f;
    step.firstDecay = 0.9f;
    step.firstGain = 0.1f;
    step.secondDecay = 0.99f;
    step.secondGain = 0.01f;
    step.rootSecondCorrection = 0.5f;
    step.epsilon = 1e-6f;
  }

  @AfterEach
  void close() {
    block.close();
  }

  /** A rule as it is called. */
  private interface Rule {
    void run(Kernels kernels, long p, long g, long first, long second, int count);
  }

  private void assertSameBits(Rule rule, int count) {
    Kernels[] sets = {KernelSelection.plain(), KernelSelection.vector()};
    float[][][] results = new float[2][3][];
    for (int set = 0; set < 2; set++) {
      long p = block.of(Block.random(1, count, 1));
      long g = block.of(Block.random(2, count, 1.2));
      long first = block.of(squares(Block.random(3, count, 1)));
      long second = block.of(squares(Block.random(4, count, 1)));
      rule.run(sets[set], p, g, first, second, count);
      results[set][0] = Block.read(p, count);
      results[set][1] = Block.read(first, count);
      results[set][2] = Block.read(second, count);
    }
    assertThat(results[1]).isDeepEqualTo(results[0]);
    assertThat(results[0][0]).isNotEqualTo(Block.random(1, count, 1));
  }

  private static float[] squares(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= values[i];
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 37, 130})
  void updates(int count) {
    assertSameBits((k, p, g, a, b, n) -> k.adam(p, g, a, b, n, step), count);
    assertSameBits((k, p, g, a, b, n) -> k.sgd(p, g, 0, n, step), count);
    assertSameBits((k, p, g, a, b, n) -> k.sgd(p, g, a, n, step), count);
    assertSameBits((k, p, g, a, b, n) -> k.rmsProp(p, g, a, 0, n, step), count);
    assertSameBits((k, p, g, a, b, n) -> k.rmsProp(p, g, a, b, n, step), count);
    assertSameBits((k, p, g, a, b, n) -> k.adadelta(p, g, a, b, n, step), count);
    step.nesterov = true;
    assertSameBits((k, p, g, a, b, n) -> k.sgd(p, g, a, n, step), count);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 37, 130})
  void gates(int hidden) {
    Kernels[] sets = {KernelSelection.plain(), KernelSelection.vector()};
    float[][][] results = new float[2][3][];
    for (int set = 0; set < 2; set++) {
      long gates = block.of(Block.random(5, 4 * hidden, 100));
      long c = block.of(Block.random(6, hidden, 2));
      long tanhC = block.of(new float[hidden]);
      long h = block.of(new float[hidden]);
      sets[set].lstmForward(
          gates, gates, 4L * hidden, c, c, tanhC, h, hidden, 0, 0, 1, hidden, hidden, hidden);
      results[set][0] = Block.read(gates, 4 * hidden);
      results[set][1] = Block.read(c, hidden);
      results[set][2] = Block.read(h, hidden);
    }
    assertThat(results[1]).isDeepEqualTo(results[0]);
  }

  @Test
  void longSumsOfSquaresDifferByRoundingOnly() {
    int count = 100_003;
    float[] values = Block.random(7, count, 1);
    long address = block.of(values);
    double plain = KernelSelection.plain().sumOfSquares(address, count, 0.9f);
    double vector = KernelSelection.vector().sumOfSquares(address, count, 0.9f);
    // Blocks of 4096 vectors are added in float, by 16 lanes.
    assertThat(vector).isCloseTo(plain, within(1e-5 * plain));
    assertThat(KernelSelection.vector().sumOfSquares(address, count, 0.9f)).isEqualTo(vector);
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 1e-3f, -1e-3f, 0.5f, -3, 20, -87, 87, 1e30f, -1e30f, 3.4e38f})
  void expOfEveryLaneIsTheScalarOne(float x) {
    float expected = ScalarMath.exp(x);
    assertThat(VectorMath.exp(VectorMath.broadcast(x)).toArray()).containsOnly(expected);
    double clamped = Math.clamp(x, -87f, 87f);
    // Relative error of the polynomial, see ScalarMath.
    assertThat((double) expected).isCloseTo(Math.exp(clamped), within(3e-7 * Math.exp(clamped)));
  }

  @Test
  void nanStaysNan() {
    assertThat(ScalarMath.exp(Float.NaN)).isNaN();
    assertThat(ScalarMath.tanh(Float.NaN)).isNaN();
    assertThat(VectorMath.sigmoid(VectorMath.broadcast(Float.NaN)).lane(0)).isNaN();
  }

  @Test
  void theSystemPropertyForcesASet() {
    String before = System.getProperty(KernelSelection.PROPERTY);
    try {
      System.setProperty(KernelSelection.PROPERTY, "plain");
      assertThat(KernelSelection.choose()).isInstanceOf(PlainKernels.class);
      System.setProperty(KernelSelection.PROPERTY, "vector");
      assertThat(KernelSelection.choose()).isInstanceOf(VectorKernels.class);
      System.setProperty(KernelSelection.PROPERTY, "fast");
      assertThatThrownBy(KernelSelection::choose)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must be plain or vector, not fast");
      System.clearProperty(KernelSelection.PROPERTY);
      assertThat(KernelSelection.choose()).isInstanceOf(VectorKernels.class);
    } finally {
      if (before == null) {
        System.clearProperty(KernelSelection.PROPERTY);
      } else {
        System.setProperty(KernelSelection.PROPERTY, before);
      }
    }
  }
}

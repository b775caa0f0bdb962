package io.charlstm.runtime.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.runtime.DropoutMask;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kernel of both sets against its formula in double precision, at sizes with tails. */
class KernelsTest {
  /** Activations are at most 1, and the fast exp is good to a few units in the last place. */
  private static final double ACTIVATION = 5e-7;

  /** A loss is a logarithm of up to some hundred, from a sum of as many rounded terms. */
  private static final double LOSS = 5e-6;

  private final Block block = new Block();

  @AfterEach
  void close() {
    block.close();
  }

  static Stream<Arguments> sizes() {
    return sets()
        .flatMap(k -> IntStream.of(1, 5, 16, 17, 33, 130).mapToObj(n -> Arguments.of(k, n)));
  }

  static Stream<Kernels> sets() {
    return KernelSelection.vectorAvailable()
        ? Stream.of(KernelSelection.plain(), KernelSelection.vector())
        : Stream.of(KernelSelection.plain());
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void forwardCell(Kernels kernels, int hidden) {
    int rows = 3;
    int stride = 4 * hidden + 5;
    float[] before = Block.random(1, rows * 4 * hidden, 9);
    float[] old = Block.random(2, rows * hidden, 2);
    long gates = block.of(new float[rows * stride]);
    long c = block.of(new float[rows * hidden]);
    long tanhC = block.of(new float[rows * hidden]);
    long h = block.of(new float[rows * 2 * hidden]);
    long copy = block.of(new float[rows * (hidden + 1)]);
    kernels.lstmForward(
        block.of(before),
        gates,
        stride,
        block.of(old),
        c,
        tanhC,
        h,
        2L * hidden,
        copy,
        hidden + 1,
        rows,
        hidden,
        hidden,
        hidden);
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < hidden; j++) {
        int at = r * 4 * hidden + j;
        double i = sigmoid(before[at]);
        double f = sigmoid(before[at + hidden]);
        double g = Math.tanh(before[at + 2 * hidden]);
        double o = sigmoid(before[at + 3 * hidden]);
        double cell = f * old[r * hidden + j] + i * g;
        int to = r * stride + j;
        assertClose(gates, to, i);
        assertClose(gates, to + hidden, f);
        assertClose(gates, to + 2 * hidden, g);
        assertClose(gates, to + 3 * hidden, o);
        assertClose(c, r * hidden + j, cell);
        assertClose(tanhC, r * hidden + j, Math.tanh(cell));
        assertClose(h, r * 2 * hidden + j, o * Math.tanh(cell));
        assertClose(copy, r * (hidden + 1) + j, o * Math.tanh(cell));
      }
      assertThat(Floats.get(copy + 4L * (r * (hidden + 1) + hidden))).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void backwardCell(Kernels kernels, int hidden) {
    int rows = 2;
    int stride = 4 * hidden + 5;
    float[] gates = Block.random(3, rows * stride, 0.9);
    float[] old = Block.random(4, rows * hidden, 2);
    float[] squashed = Block.random(5, rows * hidden, 0.9);
    float[] above = Block.random(6, rows * hidden, 1);
    float[] next = Block.random(7, rows * (hidden + 3), 1);
    float[] dc = Block.random(8, rows * hidden, 1);
    for (boolean last : new boolean[] {false, true}) {
      long result = block.of(gates);
      long dcResult = block.of(dc);
      long bias = block.of(new float[4 * hidden]);
      kernels.lstmBackward(
          result,
          stride,
          block.of(old),
          block.of(squashed),
          block.of(above),
          hidden,
          block.of(last ? new float[hidden] : next),
          last ? 0 : hidden + 3,
          dcResult,
          bias,
          rows,
          hidden,
          hidden,
          hidden);
      double[] sums = new double[4 * hidden];
      for (int r = 0; r < rows; r++) {
        for (int j = 0; j < hidden; j++) {
          int at = r * stride + j;
          int cell = r * hidden + j;
          double i = gates[at];
          double f = gates[at + hidden];
          double g = gates[at + 2 * hidden];
          double o = gates[at + 3 * hidden];
          double t = squashed[cell];
          double dh = above[cell] + (last ? 0 : next[r * (hidden + 3) + j]);
          double d = dc[cell] + dh * o * (1 - t * t);
          double[] expected = {
            d * g * i * (1 - i),
            d * old[cell] * f * (1 - f),
            d * i * (1 - g * g),
            dh * t * o * (1 - o)
          };
          assertClose(dcResult, cell, d * f);
          for (int q = 0; q < 4; q++) {
            assertClose(result, at + q * hidden, expected[q]);
            sums[q * hidden + j] += expected[q];
          }
        }
      }
      for (int j = 0; j < 4 * hidden; j++) {
        assertClose(bias, j, sums[j]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void crossEntropyAndItsGradient(Kernels kernels, int vocabulary) {
    int rows = 4;
    float scale = 0.37f;
    float[] logits = Block.random(9, rows * vocabulary, 20);
    int[] targets = {0, -1, vocabulary - 1, vocabulary / 2};
    long scored = block.of(logits);
    long losses = block.of(1, 1, 1, 1);
    long gradient = block.of(logits);
    long targetAddress = block.ofInts(targets);
    double sum = kernels.crossEntropy(scored, targetAddress, losses, rows, vocabulary);
    double sameSum = kernels.crossEntropyGradient(gradient, targetAddress, rows, vocabulary, scale);
    double expectedSum = 0;
    for (int r = 0; r < rows; r++) {
      float[] row = Arrays.copyOfRange(logits, r * vocabulary, (r + 1) * vocabulary);
      double total = 0;
      for (float x : row) {
        total += Math.exp(x);
      }
      double loss = targets[r] < 0 ? 0 : Math.log(total) - row[targets[r]];
      expectedSum += loss;
      assertThat((double) Floats.get(losses + 4L * r)).isCloseTo(loss, within(LOSS));
      for (int v = 0; v < vocabulary; v++) {
        double p = Math.exp(row[v]) / total - (v == targets[r] ? 1 : 0);
        assertClose(gradient, r * vocabulary + v, targets[r] < 0 ? 0 : scale * p);
      }
    }
    assertThat(sum).isCloseTo(expectedSum, within(rows * LOSS));
    assertThat(sameSum).isCloseTo(expectedSum, within(rows * LOSS));
    assertThat(Block.read(scored, logits.length)).isEqualTo(logits);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void dropoutKeepsWhatTheMaskKeeps(Kernels kernels, int width) {
    int rows = 3;
    float[] values = Block.random(10, rows * (width + 2), 1);
    long key = DropoutMask.key(7, 11, 2);
    int threshold = DropoutMask.keepThreshold(0.4);
    long first = 123L * width;
    // As where these are some columns of a wider matrix.
    long apart = width + 5L;
    long result = block.of(values);
    kernels.dropout(
        result, width + 2, result, width + 2, rows, width, key, first, apart, threshold, 1.5f);
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < width + 2; j++) {
        float value = values[r * (width + 2) + j];
        if (j < width) {
          boolean kept = DropoutMask.keeps(key, first + r * apart + j, threshold);
          value = kept ? value * 1.5f : 0;
        }
        assertThat(Floats.get(result + 4L * (r * (width + 2) + j))).isEqualTo(value);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void blendingGoesAPartOfTheDistance(Kernels kernels, int count) {
    float[] values = Block.random(13, count, 3);
    float[] target = Block.random(14, count, 3);
    long address = block.of(values);
    long goal = block.of(target);
    kernels.blend(address, goal, count, 0.3f);
    for (int i = 0; i < count; i++) {
      float expected = Math.fma(target[i] - values[i], 0.3f, values[i]);
      assertThat(Floats.get(address + 4L * i)).isEqualTo(expected);
      assertThat(Floats.get(goal + 4L * i)).isEqualTo(target[i]);
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void sums(Kernels kernels, int count) {
    float[] a = Block.random(11, count, 3);
    float[] b = Block.random(12, count, 3);
    long sum = block.of(new float[count]);
    long added = block.of(a);
    kernels.sum(sum, added, block.of(b), count);
    kernels.add(added, block.of(b), count);
    double squares = 0;
    double clipped = 0;
    for (int i = 0; i < count; i++) {
      assertThat(Floats.get(sum + 4L * i)).isEqualTo(a[i] + b[i]);
      assertThat(Floats.get(added + 4L * i)).isEqualTo(a[i] + b[i]);
      squares += (double) a[i] * a[i];
      double bounded = Math.clamp(a[i], -1.25f, 1.25f);
      clipped += bounded * bounded;
    }
    long address = block.of(a);
    // Each of the sums has at most 130 terms.
    assertThat(kernels.sumOfSquares(address, count, Float.POSITIVE_INFINITY))
        .isCloseTo(squares, within(1e-6 * squares));
    assertThat(kernels.sumOfSquares(address, count, 1.25f))
        .isCloseTo(clipped, within(1e-6 * clipped));
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      Floats.set(address + 4L * (count - 1), bad);
      assertThat(kernels.sumOfSquares(address, count, Float.POSITIVE_INFINITY)).isNotFinite();
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void rowsAreAddedInTheirOrder(Kernels kernels) {
    for (int columns : new int[] {1, 16, 37, 130}) {
      int rows = 9;
      int stride = columns + 3;
      float[] values = Block.random(21, rows * stride, 5);
      float[] expected = Block.random(22, columns + 2, 5);
      long sums = block.of(expected);
      kernels.addRows(sums, block.of(values), stride, rows, columns);
      for (int row = 0; row < rows; row++) {
        for (int j = 0; j < columns; j++) {
          expected[j] += values[row * stride + j];
        }
      }
      assertThat(Block.read(sums, columns + 2)).isEqualTo(expected);
      kernels.addRows(sums, 0, stride, 0, columns);
      assertThat(Block.read(sums, columns + 2)).isEqualTo(expected);
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  // Values of up to 2 or so; rounding is relative to what was added up.
  private static void assertClose(long address, int index, double expected) {
    assertThat((double) Floats.get(address + 4L * index))
        .isCloseTo(expected, within(ACTIVATION * Math.max(1, Math.abs(expected))));
  }
}

package io.charlstm.runtime.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A cell computed some units at a time is the cell computed at once, to the last bit: units do not
 * depend on each other, and vectors round as single values do.
 */
class UnitSlicesTest {
  private static final int ROWS = 3;
  private static final int HIDDEN = 53;

  private final Block block = new Block();

  @AfterEach
  void close() {
    block.close();
  }

  /** Units in each slice but the last; 53 is all of them. */
  static Stream<Arguments> widths() {
    return KernelsTest.sets()
        .flatMap(k -> IntStream.of(53, 48, 16, 7, 1).mapToObj(n -> Arguments.of(k, n)));
  }

  @ParameterizedTest
  @MethodSource("widths")
  void slicesMakeUpTheForwardCell(Kernels kernels, int width) {
    float[] before = Block.random(1, ROWS * 4 * HIDDEN, 9);
    long old = block.of(Block.random(2, ROWS * HIDDEN, 2));
    long[] whole = forwardResults();
    long[] sliced = forwardResults();
    forward(kernels, before, old, whole, 0, HIDDEN);
    for (int first = 0; first < HIDDEN; first += width) {
      forward(kernels, before, old, sliced, first, Math.min(width, HIDDEN - first));
    }
    for (int i = 0; i < whole.length; i++) {
      int count = i == 0 ? ROWS * 4 * HIDDEN : ROWS * HIDDEN;
      assertThat(Block.read(sliced[i], count)).isEqualTo(Block.read(whole[i], count));
    }
  }

  /** As a plan does that keeps gates elsewhere: they stay where the pre-activations were. */
  @ParameterizedTest
  @MethodSource("widths")
  void gatesOfASliceMayLieByThemselves(Kernels kernels, int width) {
    float[] before = Block.random(1, ROWS * 4 * HIDDEN, 9);
    long old = block.of(Block.random(2, ROWS * HIDDEN, 2));
    long[] forward = forwardResults();
    forward(kernels, before, old, forward, 0, HIDDEN);
    long[] inputs = backwardInputs();
    long[] backward = backwardResults();
    backward[0] = block.of(Block.read(forward[0], ROWS * 4 * HIDDEN));
    backward(kernels, inputs, backward, 0, HIDDEN);
    long[] results = forwardResults();
    long[] gradients = backwardResults();
    for (int first = 0; first < HIDDEN; first += width) {
      int units = Math.min(width, HIDDEN - first);
      long gates = block.of(own(before, first, units));
      results[0] = gates - 4L * first;
      forward(kernels, gates, old, results, first, units, units);
      assertThat(Block.read(gates, ROWS * 4 * units)).isEqualTo(own(forward[0], first, units));
      gradients[0] = gates - 4L * first;
      backward(kernels, inputs, gradients, first, units, units);
      assertThat(Block.read(gates, ROWS * 4 * units)).isEqualTo(own(backward[0], first, units));
    }
    for (int i = 1; i < results.length; i++) {
      assertThat(Block.read(results[i], ROWS * HIDDEN))
          .isEqualTo(Block.read(forward[i], ROWS * HIDDEN));
    }
    assertThat(Block.read(gradients[1], ROWS * HIDDEN))
        .isEqualTo(Block.read(backward[1], ROWS * HIDDEN));
    assertThat(Block.read(gradients[2], 4 * HIDDEN)).isEqualTo(Block.read(backward[2], 4 * HIDDEN));
  }

  private static float[] own(long gates, int first, int units) {
    return own(Block.read(gates, ROWS * 4 * HIDDEN), first, units);
  }

  /** The slice's part of (rows,4H). */
  private static float[] own(float[] gates, int first, int units) {
    float[] own = new float[ROWS * 4 * units];
    for (int part = 0; part < ROWS * 4; part++) {
      System.arraycopy(gates, part * HIDDEN + first, own, part * units, units);
    }
    return own;
  }

  /** Gates, c, tanh(c), h and a copy of h. */
  private long[] forwardResults() {
    long[] results = new long[5];
    for (int i = 0; i < results.length; i++) {
      results[i] = block.of(new float[(i == 0 ? 4 : 1) * ROWS * HIDDEN]);
    }
    return results;
  }

  private void forward(
      Kernels kernels, float[] before, long old, long[] results, int first, int units) {
    forward(kernels, block.of(own(before, first, units)), old, results, first, units, HIDDEN);
  }

  private static void forward(
      Kernels kernels, long own, long old, long[] results, int first, int units, int gateWidth) {
    long offset = 4L * first;
    kernels.lstmForward(
        own,
        results[0] + offset,
        4L * gateWidth,
        old + offset,
        results[1] + offset,
        results[2] + offset,
        results[3] + offset,
        HIDDEN,
        results[4] + offset,
        HIDDEN,
        ROWS,
        units,
        HIDDEN,
        gateWidth);
  }

  @ParameterizedTest
  @MethodSource("widths")
  void slicesMakeUpTheBackwardCell(Kernels kernels, int width) {
    long[] inputs = backwardInputs();
    long[] whole = backwardResults();
    long[] sliced = backwardResults();
    backward(kernels, inputs, whole, 0, HIDDEN);
    for (int first = 0; first < HIDDEN; first += width) {
      backward(kernels, inputs, sliced, first, Math.min(width, HIDDEN - first));
    }
    int[] sizes = {ROWS * 4 * HIDDEN, ROWS * HIDDEN, 4 * HIDDEN};
    for (int i = 0; i < sizes.length; i++) {
      assertThat(Block.read(sliced[i], sizes[i])).isEqualTo(Block.read(whole[i], sizes[i]));
    }
  }

  private long[] backwardInputs() {
    long[] inputs = new long[4];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = block.of(Block.random(10 + i, ROWS * HIDDEN, 1));
    }
    return inputs;
  }

  /** Gates and their gradients, the gradient of c, and of the bias. */
  private long[] backwardResults() {
    return new long[] {
      block.of(Block.random(3, ROWS * 4 * HIDDEN, 0.9)),
      block.of(Block.random(4, ROWS * HIDDEN, 1)),
      block.of(Block.random(5, 4 * HIDDEN, 1))
    };
  }

  private static void backward(
      Kernels kernels, long[] inputs, long[] results, int first, int units) {
    backward(kernels, inputs, results, first, units, HIDDEN);
  }

  private static void backward(
      Kernels kernels, long[] inputs, long[] results, int first, int units, int gateWidth) {
    long offset = 4L * first;
    kernels.lstmBackward(
        results[0] + offset,
        4L * gateWidth,
        inputs[0] + offset,
        inputs[1] + offset,
        inputs[2] + offset,
        HIDDEN,
        inputs[3] + offset,
        HIDDEN,
        results[1] + offset,
        results[2] + offset,
        ROWS,
        units,
        HIDDEN,
        gateWidth);
  }
}

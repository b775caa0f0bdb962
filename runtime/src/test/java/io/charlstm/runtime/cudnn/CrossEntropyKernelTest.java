package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.runtime.LossSum;
import io.charlstm.testing.cuda.CudaDouble;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Losses and gradients of rows of logits against sums in double. */
@Tag(CudaDouble.TAG)
class CrossEntropyKernelTest {
  private static final float SCALE = 0.25f;
  private static final float LOSS_SCALE = 8;

  private final Random random = new Random(5);

  // 9000 is more than a block of 512 threads keeps in registers.
  @ParameterizedTest
  @CsvSource({
    "1, 7, FP32",
    "2, 9, FP32",
    "65, 37, FP32",
    "128, 5, FP32",
    "129, 5, FP32",
    "300, 11, FP32",
    "513, 3, FP32",
    "5000, 4, FP32",
    "9000, 3, FP32",
    "2, 9, FP16",
    "65, 37, FP16",
    "300, 11, BF16",
    "5000, 4, FP16",
    "9000, 2, BF16"
  })
  void lossesAndGradientsAreThoseOfTheFormula(int vocabulary, int rows, Precision precision) {
    float[] logits = logits(rows * vocabulary);
    int[] targets = targets(rows, vocabulary);
    try (KernelRig rig = new KernelRig()) {
      DeviceArray state = rig.state(LOSS_SCALE, 0);
      DeviceArray losses = rig.bytes(4L * rows);
      DeviceArray gradients = rig.bytes((long) precision.bytes() * rows * vocabulary);
      DeviceArray sum = rig.doubles(0, 0);
      DeviceArray held = rig.ints(targets);
      rig.run(
          KernelRig.typed("cross_entropy_" + size(vocabulary), precision),
          3,
          vocabulary > 512 ? 512 : 256,
          state.address(),
          rig.floats(logits).address(),
          held.address(),
          losses.address(),
          gradients.address(),
          (long) rows,
          vocabulary,
          vocabulary,
          vocabulary,
          SCALE);
      rig.run("loss_sum", 1, 256, losses.address(), held.address(), (long) rows, sum.address());
      double[] expected = losses(logits, targets, vocabulary);
      assertLosses(losses.floats(), expected);
      assertGradients(gradients.typed(precision), logits, targets, vocabulary, precision);
      LossSum total = StepState.lossSum(sum.read(), 0);
      assertThat(total.count())
          .isEqualTo(java.util.Arrays.stream(targets).filter(t -> t >= 0).count());
      double exact = 0;
      for (float loss : losses.floats()) {
        exact += loss;
      }
      // Only the order of a sum in double differs.
      assertThat(total.nats()).isCloseTo(exact, within(1e-12 * Math.max(1, exact)));
    }
  }

  @Test
  void withoutGradientsTheLogitsStay() {
    int rows = 6;
    int vocabulary = 70;
    float[] logits = logits(rows * vocabulary);
    int[] targets = targets(rows, vocabulary);
    try (KernelRig rig = new KernelRig()) {
      DeviceArray held = rig.floats(logits);
      DeviceArray losses = rig.bytes(4L * rows);
      rig.run(
          "cross_entropy_small_bf16",
          2,
          64,
          rig.state(1, 0).address(),
          held.address(),
          rig.ints(targets).address(),
          losses.address(),
          0L,
          (long) rows,
          vocabulary,
          vocabulary,
          vocabulary,
          0f);
      assertLosses(losses.floats(), losses(logits, targets, vocabulary));
      assertThat(held.floats()).containsExactly(logits);
    }
  }

  /** Rows far apart, gradients in the place of the logits, any block, fewer rows than blocks. */
  @ParameterizedTest
  @CsvSource({
    "small, 32, 3",
    "small, 256, 1",
    "medium, 64, 2",
    "medium, 512, 4",
    "large, 32, 2",
    "large, 96, 20",
    "large, 512, 7"
  })
  void anyBlockGridAndStrideWillDo(String size, int block, int grid) {
    int rows = 13;
    int vocabulary = 101;
    int stride = 104;
    float[] packed = logits(rows * vocabulary);
    float[] logits = new float[rows * stride];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(packed, r * vocabulary, logits, r * stride, vocabulary);
      logits[r * stride + vocabulary] = Float.NaN;
    }
    int[] targets = targets(rows, vocabulary);
    float[] first = null;
    for (long order : KernelRig.ORDERS) {
      try (KernelRig rig = new KernelRig()) {
        rig.setSeed(order);
        DeviceArray held = rig.floats(logits);
        DeviceArray losses = rig.bytes(4L * rows);
        rig.run(
            "cross_entropy_" + size + "_f32",
            grid,
            block,
            rig.state(LOSS_SCALE, 0).address(),
            held.address(),
            rig.ints(targets).address(),
            losses.address(),
            held.address(),
            (long) rows,
            vocabulary,
            stride,
            stride,
            SCALE);
        assertLosses(losses.floats(), losses(packed, targets, vocabulary));
        float[] found = held.floats();
        float[] gradients = new float[rows * vocabulary];
        for (int r = 0; r < rows; r++) {
          System.arraycopy(found, r * stride, gradients, r * vocabulary, vocabulary);
          assertThat(found[r * stride + vocabulary]).isZero();
        }
        assertGradients(gradients, packed, targets, vocabulary, Precision.FP32);
        first = first == null ? found : first;
        assertThat(found).containsExactly(first);
      }
    }
  }

  @Test
  void aLogitThatIsNoNumberMakesItsRowNoNumber() {
    try (KernelRig rig = new KernelRig()) {
      DeviceArray losses = rig.bytes(12);
      DeviceArray gradients = rig.bytes(24);
      rig.run(
          "cross_entropy_small_f32",
          1,
          32,
          rig.state(1, 0).address(),
          rig.floats(1, Float.NaN, Float.POSITIVE_INFINITY, 1, 1000, -1000).address(),
          rig.ints(0, 1, 1).address(),
          losses.address(),
          gradients.address(),
          3L,
          2,
          2,
          2,
          1f);
      assertThat(losses.floats()[0]).isNaN();
      assertThat(losses.floats()[1]).isNaN();
      assertThat(losses.floats()[2]).isEqualTo(2000);
      assertThat(gradients.floats()[0]).isNaN();
      assertThat(gradients.floats()[4]).isEqualTo(1);
      assertThat(gradients.floats()[5]).isEqualTo(-1);
    }
  }

  private static String size(int vocabulary) {
    if (vocabulary <= 128) {
      return "small";
    }
    return vocabulary <= 512 ? "medium" : "large";
  }

  private float[] logits(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (3 * random.nextGaussian());
    }
    return values;
  }

  private int[] targets(int rows, int vocabulary) {
    int[] targets = new int[rows];
    for (int r = 0; r < rows; r++) {
      targets[r] = r % 4 == 1 ? -1 : random.nextInt(vocabulary);
    }
    return targets;
  }

  private static double[] losses(float[] logits, int[] targets, int vocabulary) {
    double[] losses = new double[targets.length];
    for (int r = 0; r < losses.length; r++) {
      if (targets[r] >= 0) {
        losses[r] = logSum(logits, r, vocabulary) - logits[r * vocabulary + targets[r]];
      }
    }
    return losses;
  }

  private static double logSum(float[] logits, int row, int vocabulary) {
    double sum = 0;
    for (int v = 0; v < vocabulary; v++) {
      sum += Math.exp(logits[row * vocabulary + v]);
    }
    return Math.log(sum);
  }

  // A loss is a difference of numbers up to 30, each rounded to 24 bits; so is the sum.
  private static void assertLosses(float[] found, double[] expected) {
    assertThat(found).hasSize(expected.length);
    for (int r = 0; r < found.length; r++) {
      assertThat((double) found[r]).isCloseTo(expected[r], within(1e-5));
    }
  }

  // Probabilities are at most 1, from some ten float operations, then rounded to the type.
  private static void assertGradients(
      float[] found, float[] logits, int[] targets, int vocabulary, Precision precision) {
    double factor = SCALE * LOSS_SCALE;
    for (int i = 0; i < found.length; i++) {
      int row = i / vocabulary;
      double expected = 0;
      if (targets[row] >= 0) {
        double probability = Math.exp(logits[i] - logSum(logits, row, vocabulary));
        expected = factor * (probability - (targets[row] == i % vocabulary ? 1 : 0));
      }
      // 6e-8 is the spacing of the smallest halves.
      double tolerance = factor * 2e-6 + Rounding.epsilon(precision) * Math.abs(expected) + 6e-8;
      assertThat((double) found[i]).isCloseTo(expected, within(tolerance));
    }
  }
}

package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.runtime.DropoutMask;
import io.charlstm.testing.cuda.CudaDouble;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Dropout, conversions between float and 16 bits, and sums of columns. */
@Tag(CudaDouble.TAG)
class ElementwiseKernelTest {
  private final Random random = new Random(3);

  // Counts that do not divide by the 4 elements of a vector; seeds and steps of all signs.
  @ParameterizedTest
  @CsvSource({
    "FP32, 1, 1, 7, 0, 0",
    "FP32, 1203, 1203, 42, 12345678901, 3",
    "FP32, 1203, 3, 42, 12345678901, 3",
    "FP16, 1022, 1022, -9, 5, 1",
    "FP16, 1022, 73, -9, 5, 1",
    "BF16, 77, 11, 9223372036854775807, 1, 2"
  })
  void masksAreThoseOfEveryBackend(
      Precision precision, int count, int period, long seed, long step, int site) {
    float[] values = values(count);
    double dropout = 0.3;
    float scale = (float) (1 / (1 - dropout));
    int threshold = DropoutMask.keepThreshold(dropout);
    try (KernelRig rig = new KernelRig()) {
      DeviceArray state = rig.state(1, 0);
      rig.run("set_dropout", 1, 32, state.address(), seed, step);
      DeviceArray input = rig.typed(precision, values);
      DeviceArray output = rig.bytes((long) count * precision.bytes());
      for (DeviceArray to : new DeviceArray[] {output, input}) {
        // In pieces that begin and end within a vector, one of them of one element.
        long[] bounds = {0, count / 3, Math.min(count, count / 3 + 1), count};
        for (int piece = 0; piece + 1 < bounds.length; piece++) {
          rig.run(
              KernelRig.typed("dropout", precision),
              3,
              96,
              state.address(),
              input.address(),
              to.address(),
              bounds[piece],
              bounds[piece + 1] - bounds[piece],
              period,
              site,
              threshold,
              scale);
        }
        float[] found = to.typed(precision);
        long key = DropoutMask.key(seed, step, site);
        for (int i = 0; i < count; i++) {
          float kept = Rounding.round(precision, Rounding.round(precision, values[i]) * scale);
          assertThat(found[i]).isEqualTo(DropoutMask.keeps(key, i % period, threshold) ? kept : 0);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP16", "BF16"})
  void all16BitNumbersWiden(Precision precision) {
    float[] expected = new float[1 << 16];
    short[] bits = new short[1 << 16];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (short) i;
      expected[i] = Rounding.value(precision, bits[i]);
    }
    try (KernelRig rig = new KernelRig()) {
      DeviceArray to = rig.bytes(4L * bits.length);
      rig.run(
          precision == Precision.FP16 ? "from_f16" : "from_bf16",
          16,
          256,
          rig.shorts(bits).address(),
          to.address(),
          (long) bits.length,
          1f,
          0);
      assertThat(to.floats()).containsExactly(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP16", "BF16"})
  void floatsAreRoundedToTheNearest(Precision precision) {
    float[] values = new float[20_001];
    float[] special = {
      0,
      -0f,
      1,
      65504,
      65519,
      65520,
      65536,
      0x1p-14f,
      0x1p-24f,
      0x1p-25f,
      0x1.8p-25f,
      0x1p-26f,
      Float.MAX_VALUE,
      Float.MIN_VALUE,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      -65520,
      1 + 0x1p-11f,
      1 + 0x1.8p-10f,
      1 + 0x1p-8f,
      1 + 0x1.8p-7f,
      0x1.ffcp-15f,
      0x1.ffep-15f,
      0x1.fffp-15f
    };
    for (int i = 0; i < values.length; i++) {
      // All exponents around those of a half, any mantissa.
      int bits = (100 + random.nextInt(50)) << 23 | random.nextInt(1 << 23);
      values[i] = i < special.length ? special[i] : Float.intBitsToFloat(bits ^ (i << 31));
    }
    try (KernelRig rig = new KernelRig()) {
      DeviceArray to = rig.bytes(2L * values.length);
      rig.run(
          precision == Precision.FP16 ? "to_f16" : "to_bf16",
          4,
          128,
          rig.floats(values).address(),
          to.address(),
          (long) values.length,
          1f);
      float[] found = to.typed(precision);
      for (int i = 0; i < values.length; i++) {
        assertThat((Float) found[i]).isEqualTo((Float) Rounding.round(precision, values[i]));
      }
    }
  }

  @Test
  void conversionsScaleAndAdd() {
    float[] values = values(11);
    float[] old = values(11);
    try (KernelRig rig = new KernelRig()) {
      DeviceArray to = rig.floats(old);
      rig.run("scale", 1, 32, rig.floats(values).address(), to.address(), 11L, 3f, 1);
      DeviceArray half = rig.typed(Precision.FP16, values);
      DeviceArray replaced = rig.floats(old);
      rig.run("from_f16", 1, 32, half.address(), replaced.address(), 11L, 0.5f, 0);
      for (int i = 0; i < 11; i++) {
        assertThat(to.floats()[i]).isCloseTo(old[i] + 3 * values[i], within(1e-6f));
        assertThat(replaced.floats()[i]).isEqualTo(Rounding.round(Precision.FP16, values[i]) / 2);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FP32, 1, 1, 1, 64, 32",
    "FP32, 700, 65, 65, 64, 256",
    "FP32, 129, 33, 40, 128, 1024",
    "FP16, 300, 7, 8, 10, 64",
    "BF16, 300, 70, 72, 64, 96"
  })
  void columnsAreSummed(
      Precision precision, int rows, int columns, int stride, int perChunk, int block) {
    float[] values = values(rows * stride);
    float[] old = values(columns);
    double[] expected = new double[columns];
    for (int i = 0; i < values.length; i++) {
      if (i % stride < columns) {
        expected[i % stride] += Rounding.round(precision, values[i]);
      }
    }
    int chunks = Math.ceilDiv(rows, perChunk);
    float[] first = null;
    for (long order : KernelRig.ORDERS) {
      try (KernelRig rig = new KernelRig()) {
        rig.setSeed(order);
        DeviceArray partials = rig.bytes(4L * chunks * columns);
        DeviceArray sums = rig.floats(old);
        rig.run(
            KernelRig.typed("column_partials", precision),
            chunks * Math.ceilDiv(columns, 32),
            block,
            rig.typed(precision, values).address(),
            partials.address(),
            (long) rows,
            columns,
            stride,
            perChunk);
        for (int accumulate = 1; accumulate >= 0; accumulate--) {
          rig.run(
              "column_sums",
              Math.ceilDiv(32 * columns, block),
              block,
              partials.address(),
              sums.address(),
              chunks,
              columns,
              accumulate);
          float[] found = sums.floats();
          for (int j = 0; j < columns; j++) {
            // 700 numbers around 1 in groups: sums below 100, some 100 roundings of 24 bits.
            assertThat((double) found[j])
                .isCloseTo(expected[j] + accumulate * old[j], within(1e-4));
          }
        }
        first = first == null ? sums.floats() : first;
        assertThat(sums.floats()).containsExactly(first);
      }
    }
  }

  private float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}

package io.charlstm.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StreamRandomTest {
  private static final int DRAWS = 100_000;

  @Test
  void staysInTheHalfOpenUnitIntervalWithTheMomentsOfAUniform() {
    for (long seed : new long[] {0, 1, -1, Long.MIN_VALUE, 42}) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < DRAWS; i++) {
        double u = StreamRandom.uniform(seed, i);
        assertThat(u).isGreaterThanOrEqualTo(0).isLessThan(1);
        sum += u;
        squares += u * u;
      }
      // Five standard errors: sqrt(1/12/n) for the mean, sqrt(4/45/n) for the mean square.
      assertThat(sum / DRAWS).isCloseTo(0.5, within(5 * Math.sqrt(1.0 / 12 / DRAWS)));
      assertThat(squares / DRAWS).isCloseTo(1.0 / 3, within(5 * Math.sqrt(4.0 / 45 / DRAWS)));
    }
  }

  @Test
  void neighbouringSeedsAndIndicesAreUncorrelated() {
    double bySeed = 0;
    double byIndex = 0;
    for (int i = 0; i < DRAWS; i++) {
      double u = StreamRandom.uniform(7, i) - 0.5;
      bySeed += u * (StreamRandom.uniform(8, i) - 0.5);
      byIndex += u * (StreamRandom.uniform(7, i + 1) - 0.5);
    }
    // The product of two independent centred uniforms has standard deviation 1/12.
    double bound = 5.0 / 12 / Math.sqrt(DRAWS);
    assertThat(bySeed / DRAWS).isCloseTo(0, within(bound));
    assertThat(byIndex / DRAWS).isCloseTo(0, within(bound));
  }

  @Test
  void keepsItsNumbersAcrossVersions() {
    // From an independent implementation with big integers.
    assertThat(StreamRandom.uniform(0, 0)).isEqualTo(5876733520225071L * 0x1p-53);
    assertThat(StreamRandom.uniform(0, 1)).isEqualTo(6315957190297641L * 0x1p-53);
    assertThat(StreamRandom.uniform(42, 0)).isEqualTo(3092098744885774L * 0x1p-53);
    assertThat(StreamRandom.uniform(42, 1_000_000)).isEqualTo(4680326052925995L * 0x1p-53);
  }
}

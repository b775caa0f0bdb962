package io.charlstm.runtime.cudnn.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProductPlanTest {
  @ParameterizedTest
  @CsvSource({
    "256, 1, 1",
    "2048, 2, 1",
    "256, 3, 8",
    "2048, 47, 8",
    "256, 64, 8",
    "512, 1024, 64",
    "17, 1024, 8",
    "256, 320, 64",
    "2048, 48, 64"
  })
  void takesLargeBlocksWhenTheyGiveEveryMultiprocessorWork(int units, int streams, int expected) {
    assertThat(ProductPlan.choose(units, streams, 132).streamsOfBlock()).isEqualTo(expected);
  }

  @Test
  void coversAllUnitsAndStreams() {
    assertThat(ProductPlan.of(1, 33, 3)).isEqualTo(new ProductPlan(1, 17 * 3, 64));
    assertThat(ProductPlan.of(8, 33, 9)).isEqualTo(new ProductPlan(8, 5 * 2, 64));
    assertThat(ProductPlan.of(64, 33, 65)).isEqualTo(new ProductPlan(64, 5 * 2, 256));
    assertThatThrownBy(() -> ProductPlan.of(1, 1 << 16, 1 << 17))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too many");
  }
}

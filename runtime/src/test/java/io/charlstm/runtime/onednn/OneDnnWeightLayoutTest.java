package io.charlstm.runtime.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterSpec;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OneDnnWeightLayoutTest {

  static Stream<NetworkConfig> configs() {
    return Stream.of(
        NetworkConfig.of(65, 3, 5, 3),
        NetworkConfig.of(1, 1, 1, 1),
        NetworkConfig.of(11, 0, 7, 2),
        NetworkConfig.of(256, 64, 96, 2),
        new NetworkConfig(20, 9, 9, 2, true, 0, 0, 0));
  }

  @ParameterizedTest
  @MethodSource("configs")
  void tensorsAreAlignedAndDoNotOverlap(NetworkConfig config) {
    OneDnnWeightLayout layout = new OneDnnWeightLayout(config);
    long end = 0;
    for (ParameterSpec spec : config.parameters()) {
      var placement = layout.placement(spec.name());
      assertThat(placement.offset()).as(spec.name()).isGreaterThanOrEqualTo(end);
      if (!spec.name().startsWith("lstm.weight_hh")) {
        assertThat(placement.offset() % 64).as(spec.name()).isZero();
      }
      end = placement.offset() + 4L * spec.size();
    }
    assertThat(layout.bytes()).isBetween(end, end + 63);
    assertThat(layout.bytes() % 64).isZero();
  }

  @ParameterizedTest
  @MethodSource("configs")
  void recurrentWeightsFollowTheInputWeights(NetworkConfig config) {
    OneDnnWeightLayout layout = new OneDnnWeightLayout(config);
    for (int l = 0; l < config.numLayers(); l++) {
      long rows = config.inputSize(l);
      assertThat(layout.recurrentWeights(l))
          .isEqualTo(layout.inputWeights(l) + 16 * rows * config.hiddenSize());
      assertThat(layout.placement("lstm.weight_ih_l" + l).transposed()).isTrue();
    }
    assertThat(layout.placement("output.bias").transposed()).isFalse();
  }

  @Test
  void aTiedOutputIsTheEmbedding() {
    OneDnnWeightLayout layout =
        new OneDnnWeightLayout(new NetworkConfig(20, 9, 9, 2, true, 0, 0, 0));
    assertThat(layout.outputWeights()).isEqualTo(layout.embedding());
  }

  @Test
  void sizesBeyondArithmeticAreRefused() {
    assertThatThrownBy(() -> new OneDnnWeightLayout(NetworkConfig.of(65, 64, 1 << 30, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too large");
    assertThatThrownBy(() -> new OneDnnWeightLayout(NetworkConfig.of(65, 64, 100_000, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too large");
  }

  @Test
  void unknownNamesAreRefused() {
    OneDnnWeightLayout layout = new OneDnnWeightLayout(NetworkConfig.of(65, 0, 5, 1));
    assertThatThrownBy(() -> layout.placement("embedding.weight"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no parameter named embedding.weight");
  }
}

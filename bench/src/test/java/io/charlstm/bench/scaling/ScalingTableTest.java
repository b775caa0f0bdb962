package io.charlstm.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.runtime.onednn.PlanSplit;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingTableTest {
  private static final String SHAPE = "130x2x17x9x6x31";

  @Test
  void splitsHaveNames() {
    SplitCase sizes = new SplitCase(SHAPE, "fp32", 4);
    assertThat(sizes.split("batch")).isEqualTo(new PlanSplit(3, 1));
    assertThat(sizes.split("2x2")).isEqualTo(new PlanSplit(2, 2));
    assertThat(sizes.split("2x99")).isEqualTo(new PlanSplit(2, 9));
    assertThat(sizes.split("auto")).isEqualTo(sizes.model().choose(4));
    assertThatThrownBy(() -> sizes.split("2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a split is auto, batch or SHARDSxSLICES: 2");
  }

  @Test
  void aCaseIsItsMedianItsBestAndTheEstimate() {
    SplitCase sizes = new SplitCase(SHAPE, "bf16", 4);
    long estimate = Math.round(sizes.estimate(new PlanSplit(2, 2)));
    assertThat(ScalingTable.measured(List.of(row(300), row(100), row(200))))
        .endsWith("| " + SHAPE + " | bf16 | 4 | 2x2 | 200 | 300 | " + estimate + " |\n");
  }

  private static List<String> row(double speed) {
    return List.of("2026-01-01", SHAPE, "bf16", "4", "2x2", Double.toString(speed));
  }

  @Test
  void estimatesHaveAColumnForEachNumberOfCores() {
    List<String> lines = ScalingTable.estimated("fp32").lines().toList();
    assertThat(lines.getFirst()).isEqualTo("| fp32 | 1 | 2 | 4 | 8 | 16 | 32 | 64 |");
    assertThat(lines).hasSize(6);
    assertThat(lines.get(2)).startsWith("| mxnet-r-shakespeare | 1x1: ");
  }
}

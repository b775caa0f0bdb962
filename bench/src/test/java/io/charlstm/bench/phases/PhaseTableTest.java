package io.charlstm.bench.phases;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.bench.report.Csv;
import io.charlstm.runtime.onednn.PhaseClock.Phase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhaseTableTest {
  @TempDir private Path folder;

  @Test
  void theFractionOfThePeakIsThatOfTheBestStep() {
    List<List<String>> rows = new ArrayList<>();
    add(rows, "step|best", 2e6);
    add(rows, "step|median", 3e6);
    double millis = 1;
    for (Phase phase : Phase.values()) {
      add(rows, "phase|" + phase, millis * 1e5);
      millis++;
    }
    // 40 calls of 10 Mflop on two threads: 0.4 Gflop in 2 ms, and 20 us x 40 / 2 alone.
    add(rows, "product|FORWARD|sgemm f32 1x2x3|40|10000000", 20_000);
    add(rows, "peak|sgemm f32 1024x1024x1024", 300e9);
    add(rows, "peak|matmul f32 1024x1024x1024", 400e9);
    Path file = folder.resolve(PhaseTable.FILE);
    Csv.write(file, PhaseTable.COLUMNS, rows);
    PhaseTable table = PhaseTable.read(file);
    assertThat(table.markdown())
        .contains(
            "| x | fp32 | 2.00 / 3.00 | 0.400 | 200 | 400 | 50 % | 0.40 | 20 % |",
            "| x | fp32 | 0.10 | 0.20 (0.40) | 0.30 | 0.40 | 0.50 | 0.60 | 0.70 | 0.80 | 3.60 |");
    assertThat(table.productsMarkdown())
        .contains("| sgemm f32 1x2x3 | forward | 40 | 20.00 | 500 | 0.400 |");
  }

  private static void add(List<List<String>> rows, String key, double value) {
    rows.add(List.of("x", "fp32", "2", key, Double.toString(value)));
  }
}

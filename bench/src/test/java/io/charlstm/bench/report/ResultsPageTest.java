package io.charlstm.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bench.peers.SpeedSweep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsPageTest {
  @TempDir private Path folder;

  @Test
  void thePageIsMadeOfTheFilesThatAreThere() throws IOException {
    Path results = folder.resolve("results");
    Csv.write(
        results.resolve(Machine.FILE), Machine.COLUMNS, List.of(List.of("processor", "Abacus 7")));
    List<List<String>> sweep = new ArrayList<>();
    for (String axis : List.of("hidden", "batch")) {
      for (String library : List.of("charlstm", "libtorch")) {
        for (int size : new int[] {64, 128, 256}) {
          String speed = Integer.toString(100_000 / size);
          sweep.add(sweepRow(axis, library, size, speed));
        }
      }
    }
    Csv.write(results.resolve(SpeedSweep.FILE), SpeedSweep.COLUMNS, sweep);
    FactTable memory = FactTable.create();
    memory.add("train small", "collections", "0");
    memory.add("sample small", "bytes a call", "12.5");
    memory.write(results.resolve(FactTable.MEMORY));

    ResultsPage.main(new String[] {folder.toString(), results.toString()});

    assertThat(folder.resolve("RESULTS.md"))
        .content()
        .contains(
            "| processor | Abacus 7 |",
            "](plots/speed-by-hidden.svg)",
            "| train small | 0 |  |",
            "| sample small |  | 12.5 |")
        .doesNotContain("Beside other libraries", "Start-up");
    for (String plot : List.of("speed-by-hidden.svg", "speed-by-batch.svg")) {
      assertThat(folder.resolve("plots").resolve(plot)).content().contains("<svg", "</svg>");
    }
  }

  @Test
  void anotherMachinesPageLiesBesideItsFiles() throws IOException {
    Path results = folder.resolve("results").resolve("other");
    Csv.write(
        results.resolve(Machine.FILE), Machine.COLUMNS, List.of(List.of("processor", "Abacus 8")));
    ResultsPage.main(new String[] {results.toString(), results.toString()});
    assertThat(results.resolve("RESULTS.md")).content().contains("| processor | Abacus 8 |");
  }

  @Test
  void curvesTakeTheBestWindowOfEachPoint() {
    List<List<String>> rows = new ArrayList<>();
    for (String speed : List.of("70", "90", "80")) {
      rows.add(sweepRow("hidden", "charlstm", 256, speed));
      rows.add(sweepRow("hidden", "charlstm", 64, speed + "0"));
      rows.add(sweepRow("hidden", "libtorch", 64, "5"));
      rows.add(sweepRow("batch", "libtorch", 64, "7"));
    }
    var series = SpeedPlots.chart("hidden", "x", rows).getSeriesMap();
    assertThat(series).containsOnlyKeys("charlstm bf16", "libtorch bf16");
    assertThat(series.get("charlstm bf16").getXData()).containsExactly(64, 256);
    assertThat(series.get("charlstm bf16").getYData()).containsExactly(900, 90);
  }

  private static List<String> sweepRow(String axis, String library, int size, String speed) {
    return List.of(
        "2026-11-26",
        axis,
        Integer.toString(size),
        "1x1x1x1x1x1",
        library,
        "bf16",
        "2",
        "1",
        speed);
  }

  @Test
  void cellsWithCommasAreRefused() {
    List<List<String>> rows = List.of(List.of("1,2", "3"));
    assertThatThrownBy(() -> Csv.write(folder.resolve("x.csv"), List.of("a", "b"), rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1,2");
  }
}

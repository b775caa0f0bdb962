package io.charlstm.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.bench.report.Csv;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerTableTest {
  @TempDir private Path folder;

  @Test
  void ratiosAreOfTheBestWindowsAndOfTheMedians() {
    List<List<String>> rows = new ArrayList<>();
    add(rows, "train-fp32", "tf-warpeace", "charlstm", "fp32", 800, 1000, 900);
    add(rows, "train-fp32", "tf-warpeace", "libtorch", "fp32", 500, 300, 400);
    add(rows, "train-fp32", "tf-warpeace", "dl4j", "fp32", 100, 90, 110);
    add(rows, "sample-1", "mxnet-obama", "charlstm", "int8", 60, 70, 80);
    add(rows, "sample-1", "mxnet-obama", "libtorch", "fp32", 5, 4, 8);
    Path file = folder.resolve(PeerTable.FILE);
    Csv.write(file, PeerTable.COLUMNS, rows);
    String text = PeerTable.read(file).markdown();
    assertThat(text)
        .contains(
            "| tf-warpeace | fp32: 1,000 (900) | libtorch fp32: 500 (400) | 2.00 | 2.25 |",
            "| tf-warpeace | fp32: 1,000 (900) | dl4j fp32: 110 (100) | 9.09 | 9.00 |",
            "| mxnet-obama | int8: 80 (70) | libtorch fp32: 8 (5) | 10.00 | 14.00 |",
            "1 x 3 windows of 2.00 s",
            "at most 3.0 % of one processor");
    assertThat(text).doesNotContain("bfloat16", "64 streams");
  }

  private static void add(
      List<List<String>> rows,
      String comparison,
      String preset,
      String library,
      String precision,
      int... speeds) {
    for (int round = 1; round <= speeds.length; round++) {
      rows.add(
          List.of(
              "2026-11-26",
              comparison,
              preset,
              library,
              precision,
              "2",
              "1",
              Integer.toString(round),
              "2.00",
              Integer.toString(speeds[round - 1]),
              "0.0" + round));
    }
  }
}

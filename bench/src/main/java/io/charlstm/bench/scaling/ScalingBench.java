package io.charlstm.bench.scaling;

import io.charlstm.bench.ChildJvm;
import io.charlstm.bench.peers.PeerShape;
import io.charlstm.bench.report.Csv;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures training under given numbers of threads and splits, each shape in a process of its own,
 * keeps every window in {@code results/scaling.csv} and prints a table with the model's estimates.
 *
 * <p>Arguments: folder of the results, rounds, seconds of a window, threads (such as {@code 1,2}),
 * precisions (such as {@code fp32,bf16}), splits (see {@link SplitCase#split}, such as {@code
 * batch,auto,1x2}) and, if not all of the comparison presets, shapes. Splits that need more threads
 * are left out.
 */
public final class ScalingBench {
  private ScalingBench() {}

  /** Measures and prints. */
  public static void main(String[] arguments) {
    Path file = Path.of(arguments[0]).resolve(ScalingTable.FILE);
    List<String> shapes =
        arguments.length > 6 ? List.of(arguments).subList(6, arguments.length) : PeerShape.PRESETS;
    List<List<String>> rows = new ArrayList<>();
    for (String shape : shapes) {
      for (String precision : arguments[4].split(",", -1)) {
        for (String threads : arguments[3].split(",", -1)) {
          SplitCase sizes = new SplitCase(shape, precision, Integer.parseInt(threads));
          measure(sizes, arguments[1], arguments[2], List.of(arguments[5].split(",", -1)), rows);
        }
      }
    }
    Csv.write(file, ScalingTable.COLUMNS, rows);
    System.out.print(ScalingTable.measured(rows));
  }

  private static void measure(
      SplitCase sizes,
      String rounds,
      String seconds,
      List<String> wanted,
      List<List<String>> rows) {
    String threads = Integer.toString(sizes.threads());
    ChildJvm child =
        ChildJvm.of(ScalingRun.class)
            .arguments(sizes.name(), sizes.precision(), threads, rounds, seconds);
    for (String split : wanted) {
      if (sizes.split(split).threads() <= sizes.threads()) {
        child.arguments(split);
      }
    }
    String date = LocalDate.now(ZoneOffset.UTC).toString();
    for (String line : child.run()) {
      String[] parts = line.split("=", -1);
      rows.add(List.of(date, sizes.name(), sizes.precision(), threads, parts[0], parts[1]));
    }
    System.err.println("measured " + sizes);
  }
}

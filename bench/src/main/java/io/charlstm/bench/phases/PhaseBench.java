package io.charlstm.bench.phases;

import io.charlstm.bench.ChildJvm;
import io.charlstm.bench.peers.PeerShape;
import io.charlstm.bench.report.Csv;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Profiles training steps of the comparison presets, each in a process of its own, keeps the
 * figures in {@code results/phases.csv} and prints them as tables.
 *
 * <p>Arguments: folder of the results, seconds, threads, precisions (such as {@code fp32,bf16})
 * and, if not all of the comparison presets, shapes.
 */
public final class PhaseBench {
  private PhaseBench() {}

  /** Measures and prints. */
  public static void main(String[] arguments) {
    Path file = Path.of(arguments[0]).resolve(PhaseTable.FILE);
    List<String> precisions = List.of(arguments[3].split(",", -1));
    List<String> shapes =
        arguments.length > 4 ? List.of(arguments).subList(4, arguments.length) : PeerShape.PRESETS;
    List<List<String>> rows = new ArrayList<>();
    for (String precision : precisions) {
      for (String shape : shapes) {
        profile(shape, precision, arguments[2], arguments[1], rows);
      }
    }
    Csv.write(file, PhaseTable.COLUMNS, rows);
    System.out.print(PhaseTable.read(file).markdown());
    System.out.print(PhaseTable.read(file).productsMarkdown());
  }

  private static void profile(
      String shape, String precision, String threads, String seconds, List<List<String>> rows) {
    List<String> lines =
        ChildJvm.of(StepProfile.class).arguments(shape, precision, threads, seconds).run();
    for (String line : lines) {
      // a label may end in +=
      int equals = line.lastIndexOf('=');
      if (equals > 0) {
        String key = line.substring(0, equals);
        rows.add(List.of(shape, precision, threads, key, line.substring(equals + 1)));
      }
    }
  }
}

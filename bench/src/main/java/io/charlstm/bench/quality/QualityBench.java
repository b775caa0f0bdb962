package io.charlstm.bench.quality;

import io.charlstm.bench.ChildJvm;
import io.charlstm.bench.peers.Library;
import io.charlstm.bench.report.FactTable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Equal time, equal settings: each library trains the same presets on the same text, one after the
 * other, in a process of its own. Keeps the losses in {@code results/quality.csv} and prints them.
 *
 * <p>Arguments: folder of the results, corpus, seconds, threads, precisions, presets.
 */
public final class QualityBench {
  private QualityBench() {}

  /** Measures and prints. */
  public static void main(String[] arguments) {
    FactTable table = FactTable.create();
    for (String preset : Arrays.copyOfRange(arguments, 5, arguments.length)) {
      for (String precision : arguments[4].split(",", -1)) {
        for (String library : List.of("charlstm", "libtorch")) {
          List<String> lines = run(library, precision, preset, arguments);
          String name = preset + ", " + library + " " + precision;
          lines.forEach(line -> add(table, name.replace(",", ":"), line));
        }
      }
    }
    table.write(Path.of(arguments[0]).resolve(FactTable.QUALITY));
    System.out.print(table.markdown());
  }

  private static List<String> run(
      String library, String precision, String preset, String[] arguments) {
    ChildJvm child =
        library.equals("libtorch")
            ? Library.libtorch(QualityRun.class)
            : ChildJvm.of(QualityRun.class);
    return child
        .arguments(library, precision, preset, arguments[2], arguments[3], arguments[1])
        .run();
  }

  private static void add(FactTable table, String name, String line) {
    String[] words = line.split(" ", -1);
    table.add(name, words[0] + " s", words[1]);
    double millions = Long.parseLong(words[2]) / 1e6;
    table.add(
        name, "chars after " + words[0] + " s", String.format(Locale.ROOT, "%.1fM", millions));
  }
}

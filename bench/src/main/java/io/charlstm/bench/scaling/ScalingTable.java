package io.charlstm.bench.scaling;

import io.charlstm.bench.peers.PeerShape;
import io.charlstm.runtime.onednn.PlanSplit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Speeds by threads and split, for people. */
public final class ScalingTable {
  /** Name of the file within the folder of results. */
  static final String FILE = "scaling.csv";

  /** {@code split} is SHARDSxSLICES. */
  static final List<String> COLUMNS =
      List.of("date", "shape", "precision", "threads", "split", "chars_per_sec");

  private static final int[] CORES = {1, 2, 4, 8, 16, 32, 64};

  private ScalingTable() {}

  /**
   * Prints what the model chooses and estimates.
   *
   * <p>Arguments: precisions, such as {@code fp32,bf16}.
   */
  public static void main(String[] arguments) {
    for (String precision : arguments[0].split(",", -1)) {
      System.out.print(estimated(precision));
    }
  }

  /** Thousands of characters a second: of the chosen split, and in brackets of the batch split. */
  static String estimated(String precision) {
    StringBuilder text = new StringBuilder("| " + precision + " |");
    for (int cores : CORES) {
      text.append(' ').append(cores).append(" |");
    }
    text.append("\n|---|").append("---|".repeat(CORES.length)).append('\n');
    for (String preset : PeerShape.PRESETS) {
      text.append("| ").append(preset).append(" |");
      for (int cores : CORES) {
        text.append(' ').append(cell(new SplitCase(preset, precision, cores))).append(" |");
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String cell(SplitCase sizes) {
    PlanSplit chosen = sizes.split("auto");
    PlanSplit batch = sizes.split("batch");
    String speed = chosen + ": " + thousands(sizes.estimate(chosen));
    return chosen.equals(batch) ? speed : speed + " (" + thousands(sizes.estimate(batch)) + ")";
  }

  private static String thousands(double speed) {
    return String.format(Locale.ROOT, speed < 100_000 ? "%.1f" : "%.0f", speed / 1000);
  }

  /** The rows of a file: the median and the best of each case beside the estimate. */
  static String measured(List<List<String>> rows) {
    Map<List<String>, List<Double>> windows = new LinkedHashMap<>();
    for (List<String> row : rows) {
      windows
          .computeIfAbsent(row.subList(1, 5), _ -> new ArrayList<>())
          .add(Double.parseDouble(row.get(5)));
    }
    StringBuilder text =
        new StringBuilder(
            """
            | preset | precision | threads | split | median, chars/s | best | estimate |
            |---|---|---|---|---|---|---|
            """);
    windows.forEach(
        (row, speeds) -> {
          SplitCase sizes = new SplitCase(row.get(0), row.get(1), Integer.parseInt(row.get(2)));
          Collections.sort(speeds);
          text.append("| ").append(String.join(" | ", row));
          text.append(
              String.format(
                  Locale.ROOT,
                  " | %.0f | %.0f | %.0f |\n",
                  speeds.get(speeds.size() / 2),
                  speeds.getLast(),
                  sizes.estimate(sizes.split(row.get(3)))));
        });
    return text.toString();
  }
}

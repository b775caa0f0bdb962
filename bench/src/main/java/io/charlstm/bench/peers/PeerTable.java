package io.charlstm.bench.peers;

import io.charlstm.bench.report.Csv;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The windows that {@link PeerComparison} kept, as tables for people. */
public final class PeerTable {
  /** Name of the file within the folder of results. */
  public static final String FILE = "peers.csv";

  static final List<String> COLUMNS =
      List.of(
          "date",
          "comparison",
          "preset",
          "library",
          "precision",
          "threads",
          "process",
          "round",
          "seconds",
          "chars_per_sec",
          "others_share");

  private static final String OURS = "charlstm";
  private static final Map<String, String> TITLES =
      Map.of(
          "train-fp32", "Training, float32",
          "train-bf16", "Training, bfloat16",
          "sample-1", "Sampling, one stream",
          "sample-64", "Sampling, 64 streams");

  private final List<List<String>> rows;

  private PeerTable(List<List<String>> rows) {
    this.rows = rows;
  }

  /** Reads what {@link PeerComparison} kept. */
  public static PeerTable read(Path file) {
    return new PeerTable(Csv.read(file, COLUMNS));
  }

  /** A table for each comparison that was measured. */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    for (String heat : Heat.names()) {
      List<List<String>> measured = rows.stream().filter(row -> row.get(1).equals(heat)).toList();
      if (!measured.isEmpty()) {
        text.append("### ").append(TITLES.get(heat)).append("\n\n");
        text.append("Characters a second: best window (median).\n\n");
        text.append("| preset | charlstm | peer | ratio of bests | ratio of medians |\n");
        text.append("|---|---|---|---|---|\n");
        for (String preset : PeerShape.PRESETS) {
          append(text, preset, speeds(measured, preset));
        }
        text.append('\n').append(circumstances(measured)).append("\n\n");
      }
    }
    return text.toString();
  }

  private static void append(StringBuilder text, String preset, Map<String, Speeds> all) {
    all.forEach(
        (ours, our) -> {
          if (!ours.startsWith(OURS)) {
            return;
          }
          all.forEach(
              (theirs, their) -> {
                if (!theirs.startsWith(OURS)) {
                  text.append(
                      String.format(
                          Locale.ROOT,
                          "| %s | %s: %s | %s: %s | %.2f | %.2f |%n",
                          preset,
                          ours.substring(OURS.length() + 1),
                          our,
                          theirs,
                          their,
                          our.best() / their.best(),
                          our.median() / their.median()));
                }
              });
        });
  }

  private static Map<String, Speeds> speeds(List<List<String>> measured, String preset) {
    Map<String, List<Double>> lists = new LinkedHashMap<>();
    for (List<String> row : measured) {
      if (row.get(2).equals(preset)) {
        lists
            .computeIfAbsent(row.get(3) + " " + row.get(4), _ -> new ArrayList<>())
            .add(Double.parseDouble(row.get(9)));
      }
    }
    Map<String, Speeds> speeds = new LinkedHashMap<>();
    lists.forEach((who, list) -> speeds.put(who, new Speeds(list)));
    return speeds;
  }

  private static String circumstances(List<List<String>> measured) {
    double share =
        measured.stream().mapToDouble(row -> Double.parseDouble(row.get(10))).max().orElse(0);
    List<String> first = measured.getFirst();
    long processes = measured.stream().map(row -> row.get(6)).distinct().count();
    long rounds = measured.stream().map(row -> row.get(7)).distinct().count();
    return String.format(
        Locale.ROOT,
        "%s, %s threads, %d x %d windows of %s s each, in turns; processes that waited used at most"
            + " %.1f %% of one processor.",
        first.get(0),
        first.get(5),
        processes,
        rounds,
        first.get(8),
        100 * share);
  }

  /** The windows of one contestant. */
  private static final class Speeds {
    private final List<Double> sorted;

    Speeds(List<Double> speeds) {
      sorted = new ArrayList<>(speeds);
      Collections.sort(sorted);
    }

    double best() {
      return sorted.getLast();
    }

    double median() {
      int half = sorted.size() / 2;
      return sorted.size() % 2 == 1
          ? sorted.get(half)
          : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%,.0f (%,.0f)", best(), median());
    }
  }
}

package io.charlstm.bench.peers;

import io.charlstm.bench.report.Csv;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * This engine beside libtorch and Deeplearning4j on the comparison presets. Keeps every window in
 * {@code results/peers.csv}, in place of earlier ones of the same comparison and preset, and prints
 * tables.
 *
 * <p>Arguments: folder of the results, processes of each, rounds of each process, seconds of a
 * window, threads and, if not all, names of comparisons ({@link Heat#names}) or presets.
 */
public final class PeerComparison {
  private static final double WARM_UP_SECONDS = 3;

  private final Path file;
  private final int processes;
  private final int rounds;
  private final double seconds;
  private final int threads;

  private PeerComparison(String[] arguments) {
    file = Path.of(arguments[0]).resolve(PeerTable.FILE);
    processes = Integer.parseInt(arguments[1]);
    rounds = Integer.parseInt(arguments[2]);
    seconds = Double.parseDouble(arguments[3]);
    threads = Integer.parseInt(arguments[4]);
  }

  /** Measures and prints. */
  public static void main(String[] arguments) {
    PeerComparison comparison = new PeerComparison(arguments);
    List<String> wanted = List.of(arguments).subList(5, arguments.length);
    List<String> presets = wanted.stream().filter(PeerShape.PRESETS::contains).toList();
    List<String> heats = wanted.stream().filter(word -> !presets.contains(word)).toList();
    for (String name : heats.isEmpty() ? Heat.names() : heats) {
      Heat heat = Heat.named(name);
      if (!heat.isPossible()) {
        System.err.println("left out " + name + ": this CPU does not multiply bfloat16");
        continue;
      }
      for (String preset : presets.isEmpty() ? PeerShape.PRESETS : presets) {
        comparison.run(heat, preset);
      }
    }
    System.out.print(PeerTable.read(comparison.file).markdown());
  }

  private void run(Heat heat, String preset) {
    List<List<String>> rows = new ArrayList<>();
    for (int process = 1; process <= processes; process++) {
      try (Turns turns = Turns.start(heat.contestants(), heat.mode(), heat.streams(), threads)) {
        turns.load(PeerShape.ofPreset(preset), WARM_UP_SECONDS);
        for (Turns.Window window : turns.measure(rounds, seconds)) {
          rows.add(row(heat, preset, process, window));
        }
      }
    }
    replace(heat.name(), preset, rows);
    System.err.println("measured " + heat.name() + ", " + preset);
  }

  private List<String> row(Heat heat, String preset, int process, Turns.Window window) {
    return List.of(
        LocalDate.now(ZoneOffset.UTC).toString(),
        heat.name(),
        preset,
        window.contestant().library().label(),
        window.contestant().precision(),
        Integer.toString(threads),
        Integer.toString(process),
        Integer.toString(window.round()),
        String.format(Locale.ROOT, "%.2f", seconds),
        String.format(Locale.ROOT, "%.1f", window.charsPerSec()),
        String.format(Locale.ROOT, "%.4f", window.othersShare()));
  }

  private void replace(String heat, String preset, List<List<String>> rows) {
    List<List<String>> all = new ArrayList<>();
    if (Files.exists(file)) {
      for (List<String> row : Csv.read(file, PeerTable.COLUMNS)) {
        if (!row.get(1).equals(heat) || !row.get(2).equals(preset)) {
          all.add(row);
        }
      }
    }
    all.addAll(rows);
    Csv.write(file, PeerTable.COLUMNS, all);
  }
}

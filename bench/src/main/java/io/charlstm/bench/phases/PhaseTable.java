package io.charlstm.bench.phases;

import io.charlstm.bench.report.Csv;
import io.charlstm.runtime.onednn.PhaseClock.Phase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of {@link PhaseBench} as tables for people. */
public final class PhaseTable {
  /** Name of the file within the folder of results. */
  public static final String FILE = "phases.csv";

  static final List<String> COLUMNS = List.of("shape", "precision", "threads", "key", "value");

  private final List<Profile> profiles;

  private PhaseTable(List<Profile> profiles) {
    this.profiles = profiles;
  }

  /** Reads what {@link PhaseBench} kept. */
  public static PhaseTable read(Path file) {
    Map<String, Profile> profiles = new LinkedHashMap<>();
    for (List<String> row : Csv.read(file, COLUMNS)) {
      profiles
          .computeIfAbsent(
              row.get(0) + "," + row.get(1),
              _ -> new Profile(row.get(0), row.get(1), Integer.parseInt(row.get(2))))
          .put(row.get(3), Double.parseDouble(row.get(4)));
    }
    return new PhaseTable(List.copyOf(profiles.values()));
  }

  /** Two tables: the whole step beside the peak, and the step by phase. */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    text.append(
        "| preset | precision | step, best / median ms | products, GFLOP a step | GFLOP/s |"
            + " peak GFLOP/s | of peak | floor of the products, ms | floor / step |\n"
            + "|---|---|---|---|---|---|---|---|---|\n");
    profiles.forEach(profile -> text.append(profile.summary()));
    text.append("\n| preset | precision |");
    for (Phase phase : Phase.values()) {
      text.append(' ').append(phase.name().toLowerCase(Locale.ROOT)).append(" |");
    }
    text.append(" sum |\n|---|---|").append("---|".repeat(Phase.values().length + 1)).append('\n');
    profiles.forEach(profile -> text.append(profile.byPhase()));
    return text.toString();
  }

  /** Every kind of product: how often in a step, and how fast alone. */
  public String productsMarkdown() {
    StringBuilder text = new StringBuilder();
    for (Profile profile : profiles) {
      text.append(profile.products());
    }
    return text.toString();
  }

  /** A kind of product in a step. */
  private record Executed(String phase, String label, long count, double flops, double nanos) {
    /** Milliseconds of a step that all of them take at least, shared by the threads. */
    double millis(int threads) {
      return count * nanos / threads * 1e-6;
    }
  }

  /** One shape at one precision. */
  private static final class Profile {
    private final String shape;
    private final String precision;
    private final int threads;
    private final Map<String, Double> values = new LinkedHashMap<>();
    private final List<Executed> products = new ArrayList<>();
    private double peak;

    Profile(String shape, String precision, int threads) {
      this.shape = shape;
      this.precision = precision;
      this.threads = threads;
    }

    void put(String key, double value) {
      String[] parts = key.split("\\|", -1);
      if (parts[0].equals("product")) {
        long count = Long.parseLong(parts[3]);
        products.add(new Executed(parts[1], parts[2], count, Double.parseDouble(parts[4]), value));
      } else if (parts[0].equals("peak")) {
        peak = Math.max(peak, value);
      } else {
        values.put(key, value);
      }
    }

    private double flops() {
      return products.stream().mapToDouble(p -> p.count() * p.flops()).sum();
    }

    private double floorMillis() {
      return products.stream().mapToDouble(p -> p.millis(threads)).sum();
    }

    private double floorMillis(String phase) {
      return products.stream()
          .filter(p -> p.phase().equals(phase))
          .mapToDouble(p -> p.millis(threads))
          .sum();
    }

    private double millis(String key) {
      return values.get(key) * 1e-6;
    }

    String summary() {
      double best = millis("step|best");
      double rate = flops() / best * 1e3;
      return String.format(
          Locale.ROOT,
          "| %s | %s | %.2f / %.2f | %.3f | %.0f | %.0f | %.0f %% | %.2f | %.0f %% |%n",
          shape,
          precision,
          best,
          millis("step|median"),
          flops() * 1e-9,
          rate * 1e-9,
          peak * 1e-9,
          100 * rate / peak,
          floorMillis(),
          100 * floorMillis() / best);
    }

    /** Milliseconds by phase, with the floor of the phase's products in brackets. */
    String byPhase() {
      StringBuilder row = new StringBuilder("| " + shape + " | " + precision + " |");
      double sum = 0;
      for (Phase phase : Phase.values()) {
        double spent = millis("phase|" + phase);
        double floor = floorMillis(phase.name());
        sum += spent;
        row.append(String.format(Locale.ROOT, " %.2f", spent));
        row.append(floor > 0 ? String.format(Locale.ROOT, " (%.2f) |", floor) : " |");
      }
      return row.append(String.format(Locale.ROOT, " %.2f |%n", sum)).toString();
    }

    String products() {
      StringBuilder text = new StringBuilder();
      text.append(String.format(Locale.ROOT, "%n%s, %s:%n%n", shape, precision));
      text.append("| product MxNxK | phase | times a step | us alone | GFLOP/s a thread | ms |\n");
      text.append("|---|---|---|---|---|---|\n");
      for (Executed p : products) {
        text.append(
            String.format(
                Locale.ROOT,
                "| %s | %s | %d | %.2f | %.0f | %.3f |%n",
                p.label(),
                p.phase().toLowerCase(Locale.ROOT),
                p.count(),
                p.nanos() * 1e-3,
                p.flops() / p.nanos(),
                p.millis(threads)));
      }
      return text.toString();
    }
  }
}

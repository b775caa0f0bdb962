package io.charlstm.bench.peers;

import io.charlstm.bench.peers.Heat.Contestant;
import io.charlstm.bench.report.Csv;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Speed of training against hidden size and against batch size, this engine beside libtorch, both
 * in float32 and bfloat16. Keeps every window in {@code results/sweep.csv}.
 *
 * <p>Arguments: folder of the results, rounds, seconds of a window, threads.
 */
public final class SpeedSweep {
  /** Name of the file within the folder of results. */
  public static final String FILE = "sweep.csv";

  /** {@code axis} is {@code hidden} or {@code batch}, {@code size} the value on it. */
  public static final List<String> COLUMNS =
      List.of(
          "date",
          "axis",
          "size",
          "shape",
          "library",
          "precision",
          "threads",
          "round",
          "chars_per_sec");

  private static final int[] HIDDEN = {64, 128, 256, 512, 1024};
  private static final int[] BATCHES = {1, 4, 16, 64, 256};
  private static final double WARM_UP_SECONDS = 0.7;

  private SpeedSweep() {}

  /** A point of a curve. */
  private record Point(String axis, int size, PeerShape shape) {}

  /** Measures. */
  public static void main(String[] arguments) {
    int rounds = Integer.parseInt(arguments[1]);
    double seconds = Double.parseDouble(arguments[2]);
    int threads = Integer.parseInt(arguments[3]);
    List<List<String>> rows = new ArrayList<>();
    try (Turns turns = Turns.start(contestants(), "train", 1, threads)) {
      for (Point point : points()) {
        turns.load(point.shape(), WARM_UP_SECONDS);
        for (Turns.Window window : turns.measure(rounds, seconds)) {
          rows.add(row(point, threads, window));
        }
        System.err.println("measured " + point.axis() + " " + point.size());
      }
    }
    Csv.write(Path.of(arguments[0]).resolve(FILE), COLUMNS, rows);
  }

  private static List<Contestant> contestants() {
    List<Contestant> all = new ArrayList<>();
    for (Library library : List.of(Library.CHARLSTM, Library.LIBTORCH)) {
      all.add(new Contestant(library, "fp32"));
      all.add(new Contestant(library, "bf16"));
    }
    return all;
  }

  private static List<Point> points() {
    List<Point> points = new ArrayList<>();
    for (int hidden : HIDDEN) {
      points.add(new Point("hidden", hidden, new PeerShape(hidden, 2, 64, 64, 32, 96)));
    }
    for (int batch : BATCHES) {
      points.add(new Point("batch", batch, new PeerShape(256, 2, 64, 64, batch, 96)));
    }
    return points;
  }

  private static List<String> row(Point point, int threads, Turns.Window window) {
    return List.of(
        LocalDate.now(ZoneOffset.UTC).toString(),
        point.axis(),
        Integer.toString(point.size()),
        point.shape().text(),
        window.contestant().library().label(),
        window.contestant().precision(),
        Integer.toString(threads),
        Integer.toString(window.round()),
        String.format(Locale.ROOT, "%.1f", window.charsPerSec()));
  }
}

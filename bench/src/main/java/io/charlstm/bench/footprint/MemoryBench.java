package io.charlstm.bench.footprint;

import io.charlstm.bench.ChildJvm;
import io.charlstm.bench.peers.PeerShape;
import io.charlstm.bench.report.FactTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Garbage and memory of training and sampling, each in a process of its own with the launcher's
 * options, beside a JVM that only loads the library (its pages and the JVM's are the floor). Keeps
 * the figures in {@code results/memory.csv} and prints them.
 *
 * <p>Arguments: folder of the results, seconds, threads, precision, launcher and, if not all,
 * presets.
 */
public final class MemoryBench {
  private static final double MEBI = 1024.0 * 1024;

  private MemoryBench() {}

  /** Measures and prints. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    String seconds = arguments[1];
    String threads = arguments[2];
    String precision = arguments[3];
    List<String> presets =
        arguments.length > 5 ? List.of(arguments).subList(5, arguments.length) : PeerShape.PRESETS;
    FactTable table = FactTable.create();
    String first = PeerShape.PRESETS.getFirst();
    double idle = run("idle", first, precision, threads, "0").get("rss");
    double floor = run("loaded", first, precision, threads, "0").get("rss");
    table.add("idle JVM", "peak resident MiB", mebibytes(idle));
    table.add("idle JVM with oneDNN", "peak resident MiB", mebibytes(floor));
    for (String preset : presets) {
      for (String mode : List.of("train", "sample")) {
        Map<String, Double> measured = run(mode, preset, precision, threads, seconds);
        add(table, mode + " " + preset + " " + precision, measured, floor);
      }
    }
    commands(arguments[4], seconds, threads, table);
    table.write(Path.of(arguments[0]).resolve(FactTable.MEMORY));
    System.out.print(table.markdown());
  }

  private static void commands(String launcher, String seconds, String threads, FactTable table)
      throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("charlstm-memory");
    try {
      new CommandGarbage(launcher, work).measure(seconds, threads, table);
    } finally {
      Folders.delete(work);
    }
  }

  private static Map<String, Double> run(
      String mode, String preset, String precision, String threads, String seconds) {
    List<String> lines =
        ChildJvm.of(SteadyRun.class).arguments(mode, preset, precision, threads, seconds).run();
    Map<String, Double> values = new TreeMap<>();
    for (String line : lines) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values.put(line.substring(0, equals), Double.valueOf(line.substring(equals + 1)));
      }
    }
    return values;
  }

  private static void add(
      FactTable table, String name, Map<String, Double> measured, double floor) {
    double seconds = measured.get("seconds");
    double rss = measured.get("rss");
    table.add(name, "peak resident MiB", mebibytes(rss));
    Double tensors = measured.get("tensors");
    if (tensors != null) {
      table.add(name, "tensors MiB", mebibytes(tensors));
      table.add(name, "peak / (tensors + floor)", format("%.2f", rss / (tensors + floor)));
    }
    table.add(name, "seconds", format("%.0f", seconds));
    table.add(name, "collections", format("%.0f", measured.get("collections")));
    table.add(name, "collections before", format("%.0f", measured.get("collectionsBefore")));
    table.add(
        name, "KiB allocated a second", format("%.1f", measured.get("bytes") / seconds / 1024));
    table.add(name, "bytes a call", format("%.1f", measured.get("bytes") / measured.get("calls")));
  }

  private static String mebibytes(double bytes) {
    return format("%.0f", bytes / MEBI);
  }

  private static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}

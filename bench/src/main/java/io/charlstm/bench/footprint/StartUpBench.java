package io.charlstm.bench.footprint;

import io.charlstm.bench.report.FactTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How long a user waits: whole processes of the launcher by the wall clock. A training of one step
 * with its evaluation and checkpoint, and the first characters of a text. Keeps the figures in
 * {@code results/startup.csv} and prints them.
 *
 * <p>Arguments: folder of the results, runs, launcher.
 */
public final class StartUpBench {
  private static final int LINES = 4000;

  private final String launcher;
  private final int runs;
  private final Path work;
  private final Path text;

  private StartUpBench(String launcher, int runs, Path work) {
    this.launcher = launcher;
    this.runs = runs;
    this.work = work;
    this.text = work.resolve("text.txt");
  }

  /** Measures and prints. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("charlstm-startup");
    try {
      StartUpBench bench = new StartUpBench(arguments[2], Integer.parseInt(arguments[1]), work);
      FactTable table = bench.measure();
      table.write(Path.of(arguments[0]).resolve(FactTable.START_UP));
      System.out.print(table.markdown());
    } finally {
      Folders.delete(work);
    }
  }

  private FactTable measure() throws IOException, InterruptedException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < LINES; i++) {
      lines.append("line ").append(i).append(": the quick brown fox jumps over lazy dogs.\n");
    }
    Files.writeString(text, lines);
    FactTable table = FactTable.create();
    for (String preset : List.of("small", "mxnet-obama")) {
      Path model = work.resolve("model-" + preset);
      double trained = wallOf(train(preset, model), false);
      double[] training = new double[runs];
      double[] whole = new double[runs];
      double[] first = new double[runs];
      for (int i = 0; i < runs; i++) {
        training[i] = wallOf(train(preset, work.resolve(preset + i)), false);
        whole[i] = wallOf(sample(model, 1), false);
        first[i] = wallOf(sample(model, 2000), true);
      }
      add(table, "train " + preset + ": one step; whole process", training);
      add(table, "sample " + preset + ": one character; whole process", whole);
      add(table, "sample " + preset + ": until the first character", first);
      table.add(
          "train " + preset + ": one step; whole process",
          "first run",
          String.format(Locale.ROOT, "%.3f", trained));
    }
    return table;
  }

  private List<String> train(String preset, Path run) {
    return List.of(
        launcher,
        "train",
        "--preset",
        preset,
        "--device",
        "cpu",
        "--corpus",
        text.toString(),
        "--run",
        run.toString(),
        "--steps",
        "1",
        "--json");
  }

  private List<String> sample(Path model, int length) {
    List<String> command = new ArrayList<>(List.of(launcher, "sample", model.toString()));
    command.addAll(List.of("--device", "cpu", "--seed", "1", "--length", Integer.toString(length)));
    return command;
  }

  /** Seconds until the process ends, or until its first output. */
  private static double wallOf(List<String> command, boolean firstOutput)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile("charlstm-startup", ".err");
    try {
      long start = System.nanoTime();
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      long seen = 0;
      try (InputStream output = process.getInputStream()) {
        int one = output.read();
        seen = System.nanoTime();
        while (one >= 0) {
          one = output.read();
        }
      }
      int status = process.waitFor();
      long end = System.nanoTime();
      if (status != 0) {
        throw new IllegalStateException(
            command + " ended with " + status + ": " + Files.readString(errors));
      }
      return ((firstOutput ? seen : end) - start) * 1e-9;
    } finally {
      Files.delete(errors);
    }
  }

  private static void add(FactTable table, String name, double[] seconds) {
    Arrays.sort(seconds);
    int half = seconds.length / 2;
    double median =
        seconds.length % 2 == 1 ? seconds[half] : (seconds[half - 1] + seconds[half]) / 2;
    table.add(name, "median s", String.format(Locale.ROOT, "%.3f", median));
    table.add(name, "best s", String.format(Locale.ROOT, "%.3f", seconds[0]));
  }
}

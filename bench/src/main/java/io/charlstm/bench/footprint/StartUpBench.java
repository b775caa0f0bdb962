package io.charlstm.bench.footprint;

import io.charlstm.bench.report.FactTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How long a user waits: processes of the launcher by the wall clock. Until the first training step
 * is done, until the first character of a text, and as a whole: a training of one step with its
 * evaluation and checkpoint, a text of one character. Keeps the figures in {@code
 * results/startup.csv} and prints them.
 *
 * <p>Arguments: folder of the results, runs, launcher.
 */
public final class StartUpBench {
  private static final int LINES = 4000;
  private static final List<String> PRESETS = List.of("flux-shakespeare", "small", "mxnet-obama");

  /** The log of steps has a line after each step, before an evaluation. */
  private static final String STEP_DONE = "{\"event\":\"log\",\"step\":1,";

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
    for (String preset : PRESETS) {
      measure(preset, table);
    }
    return table;
  }

  private void measure(String preset, FactTable table) throws IOException, InterruptedException {
    Path model = work.resolve("model-" + preset);
    WallClock trained = WallClock.of(train(preset, model), STEP_DONE);
    double[] step = new double[runs];
    double[] training = new double[runs];
    double[] whole = new double[runs];
    double[] first = new double[runs];
    for (int i = 0; i < runs; i++) {
      WallClock run = WallClock.of(train(preset, work.resolve(preset + i)), STEP_DONE);
      step[i] = run.untilMark();
      training[i] = run.untilEnd();
      whole[i] = WallClock.of(sample(model, 1), "").untilEnd();
      first[i] = WallClock.of(sample(model, 2000), "").untilMark();
    }
    String stepName = "train " + preset + ": until the first step is done";
    String trainingName = "train " + preset + ": one step; whole process";
    add(table, stepName, step);
    add(table, trainingName, training);
    add(table, "sample " + preset + ": one character; whole process", whole);
    add(table, "sample " + preset + ": until the first character", first);
    table.add(stepName, "first run", seconds(trained.untilMark()));
    table.add(trainingName, "first run", seconds(trained.untilEnd()));
  }

  private List<String> train(String preset, Path run) {
    List<String> command = new ArrayList<>(List.of(launcher, "train", "--preset", preset));
    command.addAll(List.of("--device", "cpu", "--corpus", text.toString()));
    command.addAll(List.of("--run", run.toString(), "--steps", "1", "--json"));
    command.addAll(List.of("--set", "log_every=1"));
    return command;
  }

  private List<String> sample(Path model, int length) {
    List<String> command = new ArrayList<>(List.of(launcher, "sample", model.toString()));
    command.addAll(List.of("--device", "cpu", "--seed", "1", "--length", Integer.toString(length)));
    return command;
  }

  private static void add(FactTable table, String name, double[] seconds) {
    Arrays.sort(seconds);
    int half = seconds.length / 2;
    double median =
        seconds.length % 2 == 1 ? seconds[half] : (seconds[half - 1] + seconds[half]) / 2;
    table.add(name, "median s", seconds(median));
    table.add(name, "best s", seconds(seconds[0]));
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}

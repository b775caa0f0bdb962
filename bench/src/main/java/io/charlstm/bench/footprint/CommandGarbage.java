package io.charlstm.bench.footprint;

import io.charlstm.bench.report.FactTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Collections of the program's own commands, by the JVM's log: a training on the default corpus
 * with its evaluations and checkpoints, and a long text of the model it leaves.
 */
final class CommandGarbage {
  private static final String LOG = "gc.log";
  private static final double START_SECONDS = 5;
  private static final int LENGTH = 200_000;
  private static final Pattern PAUSE = Pattern.compile("^\\[([0-9.]+)s\\].*\\bPause\\b");

  private final String launcher;
  private final Path work;

  CommandGarbage(String launcher, Path work) {
    this.launcher = launcher;
    this.work = work;
  }

  void measure(String seconds, String threads, FactTable table)
      throws IOException, InterruptedException {
    String run = work.resolve("run").toString();
    run(
        "charlstm train",
        table,
        List.of(
            "train", "--device", "cpu", "--threads", threads, "--seconds", seconds, "--run", run));
    run(
        "charlstm sample",
        table,
        List.of(
            "sample",
            run,
            "--device",
            "cpu",
            "--threads",
            threads,
            "--length",
            Integer.toString(LENGTH)));
  }

  private void run(String name, FactTable table, List<String> arguments)
      throws IOException, InterruptedException {
    Path log = work.resolve(LOG);
    ProcessBuilder builder = new ProcessBuilder(launcher);
    builder.command().addAll(arguments);
    builder.environment().put("CHARLSTM_JAVA_OPTS", "-Xlog:gc:file=" + log + ":uptime");
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(work.resolve("errors").toFile());
    long start = System.nanoTime();
    int status = builder.start().waitFor();
    double seconds = (System.nanoTime() - start) * 1e-9;
    if (status != 0) {
      throw new IllegalStateException(
          name + " ended with " + status + ": " + Files.readString(work.resolve("errors")));
    }
    long before = 0;
    long after = 0;
    for (String line : Files.readAllLines(log)) {
      Matcher pause = PAUSE.matcher(line);
      if (pause.find()) {
        boolean early = Double.parseDouble(pause.group(1)) < START_SECONDS;
        before += early ? 1 : 0;
        after += early ? 0 : 1;
      }
    }
    table.add(name, "seconds", String.format(Locale.ROOT, "%.0f", seconds));
    table.add(name, "collections", Long.toString(after));
    table.add(name, "collections before", Long.toString(before));
  }
}

package io.charlstm.bench.gpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs pytorch_char_lstm.py, each time in a process of its own. */
final class TorchScript {
  static final List<String> TRAINING = List.of("eager", "tf32", "bf16", "graph", "graph-bf16");
  static final List<String> SAMPLING = List.of("eager", "graph");

  private static final Pattern SPEED = Pattern.compile("\"chars_per_sec\": ([0-9.eE+-]+)");

  private final String python;
  private final String script;
  private final double seconds;

  TorchScript(String python, String script, double seconds) {
    this.python = python;
    this.script = script;
    this.seconds = seconds;
  }

  /**
   * Characters a second; NaN when the variant does not run here, with the reason on {@code err}.
   */
  double speed(String mode, String variant, List<String> sizes) {
    List<String> command = new ArrayList<>(List.of(python, script, mode));
    command.addAll(sizes);
    command.addAll(List.of("--variant", variant, "--seconds", Double.toString(seconds)));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String answer =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      process.onExit().join();
      Matcher speed = SPEED.matcher(answer);
      if (speed.find()) {
        return Double.parseDouble(speed.group(1));
      }
      System.err.println("torch, " + variant + ": " + answer);
      return Double.NaN;
    } catch (IOException e) {
      throw new UncheckedIOException(python + " cannot be started", e);
    }
  }
}

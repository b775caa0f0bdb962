package io.charlstm.bench.gpu;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks pytorch_char_lstm.py for figures. One process gives them all, since importing torch takes
 * longer than a figure; after a failure there is a new one, whose GPU is in order.
 */
final class TorchScript implements AutoCloseable {
  static final List<String> TRAINING = List.of("eager", "tf32", "bf16", "graph", "graph-bf16");
  static final List<String> SAMPLING = List.of("eager", "graph");

  private static final Pattern SPEED = Pattern.compile("\"chars_per_sec\": ([0-9.eE+-]+)");

  private final String python;
  private final String script;
  private final double seconds;
  private Process process;
  private BufferedReader answers;
  private Writer questions;

  TorchScript(String python, String script, double seconds) {
    this.python = python;
    this.script = script;
    this.seconds = seconds;
  }

  /**
   * Characters a second; NaN when the variant does not run here, with the reason on {@code err}.
   */
  double speed(String mode, String variant, List<String> sizes) {
    String question =
        String.join(
            " ",
            mode,
            String.join(" ", sizes),
            "--variant",
            variant,
            "--seconds",
            Double.toString(seconds));
    try {
      String answer = ask(question);
      Matcher speed = SPEED.matcher(answer);
      if (speed.find()) {
        return Double.parseDouble(speed.group(1));
      }
      System.err.println("torch, " + variant + ": " + answer);
      close();
      return Double.NaN;
    } catch (IOException e) {
      throw new UncheckedIOException(python + " " + script, e);
    }
  }

  private String ask(String question) throws IOException {
    if (process == null) {
      process =
          new ProcessBuilder(python, script, "serve")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      answers = process.inputReader();
      questions = process.outputWriter();
    }
    try {
      questions.write(question + "\n");
      questions.flush();
    } catch (IOException _) {
      // It has ended, and what it said before tells why.
    }
    String answer = answers.readLine();
    return answer == null ? "the process ended with " + exitCode() : answer;
  }

  private String exitCode() {
    return "exit code " + process.onExit().join().exitValue();
  }

  /** Ends the process, if there is one. */
  @Override
  public void close() {
    if (process != null) {
      process.destroy();
      process.onExit().join();
      process = null;
    }
  }
}

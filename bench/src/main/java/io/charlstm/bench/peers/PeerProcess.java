package io.charlstm.bench.peers;

import io.charlstm.bench.ChildJvm;
import io.charlstm.bench.peers.Heat.Contestant;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The other end of {@link PeerLoop}: a contestant's process, which sleeps while others are timed.
 */
final class PeerProcess implements AutoCloseable {
  private static final Path ERRORS = Path.of("bench/target/peers-stderr.log");
  private static final int SECONDS_TO_END = 10;

  private final Contestant contestant;
  private final Process process;
  private final BufferedReader answers;
  private final Writer commands;

  private PeerProcess(Contestant contestant, Process process) {
    this.contestant = contestant;
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
  }

  static PeerProcess start(Contestant contestant, String mode, int streams, int threads) {
    ChildJvm child =
        contestant
            .library()
            .process()
            .arguments(
                mode, Integer.toString(threads), Integer.toString(streams), contestant.precision())
            .errorsTo(ERRORS);
    return new PeerProcess(contestant, child.start());
  }

  Contestant contestant() {
    return contestant;
  }

  /** Builds a shape in the process and warms it up. */
  void load(PeerShape shape, double warmUpSeconds) {
    String answer = ask(String.format(Locale.ROOT, "load %s %.3f", shape.text(), warmUpSeconds));
    if (!answer.equals("ready")) {
      throw new IllegalStateException(contestant + " answered " + answer);
    }
  }

  /** Characters a second over a window. */
  double measure(double seconds) {
    String answer = ask(String.format(Locale.ROOT, "go %.3f", seconds));
    if (!answer.startsWith("speed ")) {
      throw new IllegalStateException(contestant + " answered " + answer);
    }
    return Double.parseDouble(answer.substring("speed ".length()));
  }

  /** Processor time used so far. */
  Duration processorTime() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private String ask(String command) {
    try {
      commands.write(command + "\n");
      commands.flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new IllegalStateException(contestant + " ended; see " + ERRORS);
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(contestant + " ended; see " + ERRORS, e);
    }
  }

  @Override
  public void close() {
    try {
      commands.close();
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

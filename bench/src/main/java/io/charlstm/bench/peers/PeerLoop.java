package io.charlstm.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * The side of the process that is measured: waits for a line, does what it says, answers with a
 * line. While others have their turn it sleeps in a read. Depends on the JDK only, as
 * Deeplearning4j has a class path of its own.
 *
 * <pre>
 * load 96x3x64x100x32x65 5   build this shape and run for 5 s to warm up; answers "ready"
 * go 3                       measure 3 s; answers "speed CHARACTERS_A_SECOND"
 * </pre>
 */
public final class PeerLoop {
  private static final double NANOS = 1e-9;

  /** Builds what is measured. */
  @FunctionalInterface
  public interface Engine {
    /**
     * Makes the work of one shape; what was made before is no longer used.
     *
     * @param shape H, L, E (0 = one-hot), T, B, V, see {@link PeerShape#text}
     * @return does one step and gives the number of characters it handled
     */
    LongSupplier load(int[] shape);
  }

  private final Engine engine;
  private final PrintStream answers;
  private LongSupplier step;

  private PeerLoop(Engine engine, PrintStream answers) {
    this.engine = engine;
    this.answers = answers;
  }

  /**
   * Serves standard input until it ends. What the library prints goes to standard error.
   *
   * @throws IOException if standard input cannot be read
   */
  public static void serve(Engine engine) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    PeerLoop loop = new PeerLoop(engine, answers);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      loop.answer(line.strip().split(" ", -1));
    }
  }

  private void answer(String[] words) {
    switch (words[0]) {
      case "load" -> {
        step = null;
        step = engine.load(numbers(words[1]));
        var _ = run(step, Double.parseDouble(words[2]));
        reply("ready");
      }
      case "go" -> reply("speed " + run(step, Double.parseDouble(words[1])));
      default -> throw new IllegalArgumentException("unknown command " + words[0]);
    }
  }

  private void reply(String line) {
    answers.println(line);
    answers.flush();
  }

  static int[] numbers(String shape) {
    String[] parts = shape.toLowerCase(Locale.ROOT).split("x", -1);
    int[] numbers = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      numbers[i] = Integer.parseInt(parts[i]);
    }
    return numbers;
  }

  private static double run(LongSupplier step, double seconds) {
    return run(step, seconds, System::nanoTime);
  }

  /** Characters a second over at least these seconds and one step, by a clock in nanoseconds. */
  static double run(LongSupplier step, double seconds, LongSupplier clock) {
    long start = clock.getAsLong();
    long characters = 0;
    double elapsed;
    do {
      characters += step.getAsLong();
      elapsed = (clock.getAsLong() - start) * NANOS;
    } while (elapsed < seconds);
    return characters / elapsed;
  }
}

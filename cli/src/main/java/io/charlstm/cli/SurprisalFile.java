package io.charlstm.cli;

import io.charlstm.data.TokenSequence;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.LossSum;
import io.charlstm.sampler.CharModel;
import io.charlstm.trainer.Evaluator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The loss of each character: a line of code point, tab, nats. */
final class SurprisalFile {
  private static final String STANDARD_OUTPUT = "-";

  private SurprisalFile() {}

  /**
   * Scores the tokens and writes the losses.
   *
   * @param name a file that does not exist yet, or {@code -}
   */
  static LossSum write(
      String name, Console console, Backend backend, CharModel model, TokenSequence tokens)
      throws IOException {
    if (name.equals(STANDARD_OUTPUT)) {
      PrintStream out = console.out();
      return score(backend, model, tokens, out::print);
    }
    try (Writer file =
        Files.newBufferedWriter(
            Path.of(name), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW)) {
      return score(backend, model, tokens, line -> append(file, line));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static LossSum score(
      Backend backend, CharModel model, TokenSequence tokens, Lines lines) {
    return Evaluator.score(
        backend,
        model.network(),
        tokens,
        (_, token, nats) -> lines.add(model.vocabulary().codePoint(token) + "\t" + nats + "\n"));
  }

  private static void append(Writer file, String line) {
    try {
      file.write(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes whole lines. */
  @FunctionalInterface
  private interface Lines {
    void add(String line);
  }
}

package io.charlstm.trainer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a run wrote into metrics.jsonl so far, over all its starts. */
public final class RunMetrics {
  private RunMetrics() {}

  /**
   * The events, in order: each the entries of its line, String, Long, Double, Boolean or null. A
   * line that was cut off is left out.
   *
   * @param run the run folder
   */
  public static List<Map<String, Object>> read(Path run) {
    Path file = run.resolve(RunFolder.METRICS);
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      return text.lines().flatMap(line -> event(line).stream()).toList();
    } catch (NoSuchFileException _) {
      return List.of();
    } catch (IOException e) {
      throw new RunFolderException(file + " cannot be read: " + e, e);
    }
  }

  private static Optional<Map<String, Object>> event(String line) {
    try {
      return Optional.of(FlatJson.parse(line));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** A number of an event; empty when it has none of that name. */
  public static OptionalDouble number(Map<String, Object> event, String name) {
    return event.get(name) instanceof Number number && Double.isFinite(number.doubleValue())
        ? OptionalDouble.of(number.doubleValue())
        : OptionalDouble.empty();
  }
}

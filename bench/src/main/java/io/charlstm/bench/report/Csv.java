package io.charlstm.bench.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Tables of measurements as files, from which reports can be written again: a line of column names,
 * then rows. Cells hold no commas.
 */
public final class Csv {
  private Csv() {}

  /** Writes a table, replacing what was there. */
  public static void write(Path file, List<String> columns, List<List<String>> rows) {
    StringBuilder text = new StringBuilder();
    append(text, columns, columns.size());
    rows.forEach(row -> append(text, row, columns.size()));
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void append(StringBuilder text, List<String> row, int width) {
    String line = String.join(",", row);
    if (row.size() != width || line.split(",", -1).length != width || line.contains("\n")) {
      throw new IllegalArgumentException("not a row of " + width + " plain cells: " + row);
    }
    text.append(line).append('\n');
  }

  /**
   * Reads the rows of a table.
   *
   * @throws IllegalArgumentException if its columns are not these
   */
  public static List<List<String>> read(Path file, List<String> columns) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (lines.isEmpty() || !lines.getFirst().equals(String.join(",", columns))) {
      throw new IllegalArgumentException(file + " does not have the columns " + columns);
    }
    List<List<String>> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      List<String> row = List.of(line.split(",", -1));
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(file + ": not a row of " + columns + ": " + line);
      }
      rows.add(row);
    }
    return rows;
  }
}

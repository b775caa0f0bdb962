package io.charlstm.bench.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Single figures by case, kept as a file, and as a table with a row for each case. */
public final class FactTable {
  /** Names of the files within the folder of results. */
  public static final String MEMORY = "memory.csv";

  public static final String START_UP = "startup.csv";

  public static final String QUALITY = "quality.csv";

  private static final List<String> COLUMNS = List.of("case", "figure", "value");

  private final List<List<String>> rows;

  private FactTable(List<List<String>> rows) {
    this.rows = rows;
  }

  /** An empty one. */
  public static FactTable create() {
    return new FactTable(new ArrayList<>());
  }

  static FactTable read(Path file) {
    return new FactTable(Csv.read(file, COLUMNS));
  }

  /** Adds a figure; its value holds no comma. */
  public void add(String caseName, String figure, String value) {
    rows.add(List.of(caseName, figure, value));
  }

  /** Writes the file. */
  public void write(Path file) {
    Csv.write(file, COLUMNS, rows);
  }

  /** A row for each case, a column for each figure. */
  public String markdown() {
    Set<String> figures = new LinkedHashSet<>();
    Map<String, Map<String, String>> cases = new LinkedHashMap<>();
    for (List<String> row : rows) {
      figures.add(row.get(1));
      cases.computeIfAbsent(row.get(0), _ -> new LinkedHashMap<>()).put(row.get(1), row.get(2));
    }
    StringBuilder text = new StringBuilder("| |");
    figures.forEach(figure -> text.append(' ').append(figure).append(" |"));
    text.append("\n|---|").append("---|".repeat(figures.size())).append('\n');
    cases.forEach(
        (name, values) -> {
          text.append("| ").append(name).append(" |");
          figures.forEach(
              figure -> text.append(' ').append(values.getOrDefault(figure, "")).append(" |"));
          text.append('\n');
        });
    return text.toString();
  }
}

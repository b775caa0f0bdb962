package io.charlstm.bench.report;

import io.charlstm.bench.peers.PeerTable;
import io.charlstm.bench.peers.SpeedSweep;
import io.charlstm.bench.phases.PhaseTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes {@code RESULTS.md} and the plots from the files of results, without measuring. Parts whose
 * file is missing are left out.
 *
 * <p>Arguments: folder of the page and of the folder of plots, folder of the results.
 */
public final class ResultsPage {
  /** Written by people and appended as it is. */
  private static final String MORE = "more.md";

  private final Path folder;
  private final Path results;
  private final StringBuilder text = new StringBuilder();

  private ResultsPage(Path folder, Path results) {
    this.folder = folder;
    this.results = results;
  }

  /** Writes the page. */
  public static void main(String[] arguments) {
    ResultsPage page = new ResultsPage(Path.of(arguments[0]), Path.of(arguments[1]));
    page.write();
  }

  private void write() {
    text.append("# Results\n\n");
    text.append(resource("introduction.md"));
    if (there(Machine.FILE)) {
      machine();
    }
    if (there(PeerTable.FILE)) {
      text.append("## Beside other libraries\n\n").append(resource("peers.md")).append('\n');
      text.append(PeerTable.read(results.resolve(PeerTable.FILE)).markdown());
    }
    if (there(FactTable.QUALITY)) {
      text.append("## Loss after equal time\n\n").append(resource("quality.md")).append('\n');
      text.append(FactTable.read(results.resolve(FactTable.QUALITY)).markdown()).append('\n');
    }
    if (there(SpeedSweep.FILE)) {
      SpeedPlots.draw(results.resolve(SpeedSweep.FILE), folder.resolve("plots"));
      text.append("## Speed against size\n\n").append(resource("sweep.md"));
      text.append("\n![Speed against hidden size](plots/speed-by-hidden.svg)\n");
      text.append("\n![Speed against batch size](plots/speed-by-batch.svg)\n\n");
    }
    if (there(PhaseTable.FILE)) {
      text.append("## Where a step's time goes\n\n").append(resource("phases.md")).append('\n');
      text.append(PhaseTable.read(results.resolve(PhaseTable.FILE)).markdown()).append('\n');
    }
    if (there(FactTable.MEMORY)) {
      text.append("## Memory and garbage\n\n").append(resource("memory.md")).append('\n');
      text.append(FactTable.read(results.resolve(FactTable.MEMORY)).markdown()).append('\n');
    }
    if (there(FactTable.START_UP)) {
      text.append("## Start-up\n\n").append(resource("startup.md")).append('\n');
      text.append(FactTable.read(results.resolve(FactTable.START_UP)).markdown());
    }
    try {
      if (there(MORE)) {
        text.append('\n').append(Files.readString(results.resolve(MORE)));
      }
      Files.writeString(folder.resolve("RESULTS.md"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean there(String file) {
    return Files.exists(results.resolve(file));
  }

  private void machine() {
    text.append("\n| | |\n|---|---|\n");
    for (List<String> row : Csv.read(results.resolve(Machine.FILE), Machine.COLUMNS)) {
      text.append("| ").append(row.get(0)).append(" | ").append(row.get(1)).append(" |\n");
    }
    text.append('\n');
  }

  private static String resource(String name) {
    try (var in = ResultsPage.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

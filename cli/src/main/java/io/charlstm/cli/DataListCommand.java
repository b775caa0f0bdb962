package io.charlstm.cli;

import io.charlstm.data.DatasetInfo;
import io.charlstm.data.Datasets;
import io.charlstm.trainer.JsonLine;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code charlstm data list}. */
@Command(
    addMethodSubcommands = false,
    name = "list",
    description = "Lists the corpora that have a name.")
final class DataListCommand implements Runnable {
  private final Console console;

  @Option(names = "--json", description = "Prints one JSON object a line.")
  private boolean json;

  DataListCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    for (DatasetInfo dataset : Datasets.standard().list()) {
      console.out().println(json ? object(dataset) : line(dataset));
    }
  }

  private static String object(DatasetInfo dataset) {
    return new JsonLine()
        .put("name", dataset.name())
        .put("description", dataset.description())
        .put("present", dataset.present())
        .put("file", dataset.file().toString())
        .put("address", dataset.address())
        .put("bytes", dataset.bytes())
        .put("sha256", dataset.sha256())
        .finish();
  }

  private static String line(DatasetInfo dataset) {
    String where =
        dataset.present()
            ? dataset.file().toString()
            : String.format(Locale.ROOT, "not here; a download of %,d bytes", dataset.bytes());
    if (!dataset.present() && dataset.address().isEmpty()) {
      where = "not in this JDK";
    }
    return String.format(
        Locale.ROOT, "%-16s %s (%s)", dataset.name(), dataset.description(), where);
  }
}

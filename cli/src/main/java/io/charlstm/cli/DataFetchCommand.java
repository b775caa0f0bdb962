package io.charlstm.cli;

import io.charlstm.data.Datasets;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code charlstm data fetch}. */
@Command(
    addMethodSubcommands = false,
    name = "fetch",
    description = "Downloads datasets into the cache folder, checked, and prints where they are.")
final class DataFetchCommand implements Runnable {
  private final Console console;

  @Parameters(
      arity = "1..*",
      paramLabel = "NAME",
      description = "Datasets, see: charlstm data list.")
  private List<String> names;

  DataFetchCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    var datasets = Datasets.standard();
    for (String name : names) {
      console.out().println(datasets.fetch(name));
    }
  }
}

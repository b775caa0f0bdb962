package io.charlstm.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code charlstm data}: the datasets there are, and what a corpus holds. */
@Command(
    addMethodSubcommands = false,
    name = "data",
    description = "Lists and fetches datasets, looks into a corpus, and cleans text.")
final class DataCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing: list, fetch, inspect or clean");
  }
}

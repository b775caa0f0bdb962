package io.charlstm.cli;

import io.charlstm.bindings.install.LibraryArchive;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** The tree of commands, and how it is run. */
final class CommandLines {
  private CommandLines() {}

  /**
   * Runs one command and reports what goes wrong on {@code console.err()}.
   *
   * @return the process's exit code, see {@link ExitCode}
   */
  static int run(Console console, String... arguments) {
    var root = new RootCommand();
    CommandLine line = create(root, console);
    var errors = new ErrorReport(console, () -> root.verbose || ErrorReport.debugging());
    line.setParameterExceptionHandler(errors::onBadUsage);
    line.setExecutionExceptionHandler((failure, _, _) -> errors.onFailure(failure));
    try {
      return line.execute(arguments);
    } catch (OutOfMemoryError | StackOverflowError failure) {
      return errors.onFailure(failure);
    } finally {
      console.out().flush();
    }
  }

  private static CommandLine create(RootCommand root, Console console) {
    var line = new CommandLine(root);
    line.addSubcommand(new TrainCommand(console));
    line.addSubcommand(new SampleCommand(console));
    line.addSubcommand(new EvaluateCommand(console));
    line.addSubcommand(new InfoCommand(console));
    line.addSubcommand(new ExportCommand(console));
    line.addSubcommand(new RecipeCommand(console));
    line.addSubcommand(new BenchCommand(console));
    line.addSubcommand(new DoctorCommand(console));
    line.addSubcommand(new SetupGpuCommand(console, LibraryArchive.CUDA));
    var data = new CommandLine(new DataCommand());
    data.addSubcommand(new DataListCommand(console));
    data.addSubcommand(new DataFetchCommand(console));
    data.addSubcommand(new DataInspectCommand(console));
    data.addSubcommand(new DataCleanCommand(console));
    line.addSubcommand(data);
    line.setOut(
        new PrintWriter(new OutputStreamWriter(console.out(), StandardCharsets.UTF_8), true));
    line.setErr(
        new PrintWriter(new OutputStreamWriter(console.err(), StandardCharsets.UTF_8), true));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setAbbreviatedOptionsAllowed(false);
    line.setUsageHelpAutoWidth(false);
    return line;
  }
}

package io.charlstm.cli;

import io.charlstm.bindings.install.LibraryArchive;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;

/** The tree of commands, and how it is run. */
final class CommandLines {
  private static final Map<String, Function<Console, CommandLine>> COMMANDS = commands();

  private CommandLines() {}

  private static Map<String, Function<Console, CommandLine>> commands() {
    Map<String, Function<Console, CommandLine>> all = new LinkedHashMap<>();
    all.put("train", console -> new CommandLine(new TrainCommand(console)));
    all.put("sample", console -> new CommandLine(new SampleCommand(console)));
    all.put("evaluate", console -> new CommandLine(new EvaluateCommand(console)));
    all.put("info", console -> new CommandLine(new InfoCommand(console)));
    all.put("export", console -> new CommandLine(new ExportCommand(console)));
    all.put("recipe", console -> new CommandLine(new RecipeCommand(console)));
    all.put("bench", console -> new CommandLine(new BenchCommand(console)));
    all.put("doctor", console -> new CommandLine(new DoctorCommand(console)));
    all.put(
        "setup-gpu", console -> new CommandLine(new SetupGpuCommand(console, LibraryArchive.CUDA)));
    all.put("data", CommandLines::data);
    return all;
  }

  private static CommandLine data(Console console) {
    var data = new CommandLine(new DataCommand());
    data.addSubcommand(new DataListCommand(console));
    data.addSubcommand(new DataFetchCommand(console));
    data.addSubcommand(new DataInspectCommand(console));
    data.addSubcommand(new DataCleanCommand(console));
    return data;
  }

  /**
   * Runs one command and reports what goes wrong on {@code console.err()}.
   *
   * @return the process's exit code, see {@link ExitCode}
   */
  static int run(Console console, String... arguments) {
    var root = new RootCommand();
    CommandLine line = create(root, console, arguments);
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

  private static CommandLine create(RootCommand root, Console console, String... arguments) {
    var line = new CommandLine(root);
    // Reading a command's options takes some 20 ms, so those of the others are left out.
    if (arguments.length > 0 && COMMANDS.containsKey(arguments[0])) {
      line.addSubcommand(COMMANDS.get(arguments[0]).apply(console));
    } else {
      COMMANDS.values().forEach(command -> line.addSubcommand(command.apply(console)));
    }
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

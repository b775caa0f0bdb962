package io.charlstm.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * {@code charlstm} itself: says what there is. No command has subcommands that are methods, and
 * each says so, since picocli looks at all methods otherwise.
 */
@Command(
    addMethodSubcommands = false,
    name = "charlstm",
    description = "Trains character-level LSTM language models and samples text from them.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = RootCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "charlstm COMMAND --help shows what a command takes."})
final class RootCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Shows the stack trace of an error.")
  boolean verbose;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** The version the module was built as. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      var descriptor = Version.class.getModule().getDescriptor();
      String version =
          descriptor == null ? "(development)" : descriptor.rawVersion().orElse("(unknown)");
      return new String[] {"charlstm " + version};
    }
  }
}

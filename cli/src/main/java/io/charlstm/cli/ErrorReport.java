package io.charlstm.cli;

import io.charlstm.runtime.BackendUnavailableException;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever goes wrong into one line on standard error and an exit code. */
final class ErrorReport {
  private static final String PREFIX = "charlstm: ";

  private final Console console;
  private final BooleanSupplier verbose;

  ErrorReport(Console console, BooleanSupplier verbose) {
    this.console = console;
    this.verbose = verbose;
  }

  /** Whether the environment asks for stack traces. */
  static boolean debugging() {
    String value = System.getenv("CHARLSTM_DEBUG");
    return value != null && !value.isEmpty();
  }

  /** The command line cannot be understood: one line with the nearest known word. */
  int onBadUsage(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    var text = new StringBuilder(decapitalised(oneLine(failure.getMessage())));
    if (failure instanceof UnmatchedArgumentException unmatched) {
      text.replace(0, text.length(), unmatched(unmatched));
      unmatched.getSuggestions().stream()
          .findFirst()
          .ifPresent(word -> text.append("; did you mean ").append(word).append('?'));
    }
    text.append(" (see ").append(command.getCommandSpec().qualifiedName()).append(" --help)");
    return print(text.toString(), ExitCode.USAGE, failure);
  }

  private static String unmatched(UnmatchedArgumentException failure) {
    String word = oneLine(failure.getUnmatched().getFirst());
    String kind =
        failure.isUnknownOption()
            ? "unknown option"
            : failure.getCommandLine().getSubcommands().isEmpty()
                ? "unexpected argument"
                : "unknown command";
    return kind + " '" + word + "'";
  }

  /** A command failed: bad input is the user's to cure, anything else is a failure. */
  int onFailure(Throwable failure) {
    if (failure instanceof Interruption) {
      return ExitCode.INTERRUPTED;
    }
    if (failure instanceof BackendUnavailableException missing && missing.reasons().size() > 1) {
      return printReasons(missing);
    }
    var known = UserErrors.explain(failure);
    if (known.isPresent()) {
      return print(oneLine(known.get()), ExitCode.USAGE, failure);
    }
    String hint = verbose.getAsBoolean() ? "" : " (add --verbose for the stack trace)";
    return print("failed: " + describe(failure) + hint, ExitCode.FAILURE, failure);
  }

  /** A device may be missing for several reasons, each with its own cure: a line each. */
  private int printReasons(BackendUnavailableException missing) {
    String message = oneLine(missing.getMessage());
    int heading = message.indexOf(oneLine(missing.reasons().getFirst()));
    console.out().flush();
    console.err().println(PREFIX + message.substring(0, Math.max(heading, 0)).strip());
    missing
        .reasons()
        .subList(0, missing.reasons().size() - 1)
        .forEach(reason -> console.err().println(PREFIX + "  " + oneLine(reason)));
    return print("  " + oneLine(missing.reasons().getLast()), ExitCode.USAGE, missing);
  }

  private int print(String line, int code, Throwable failure) {
    console.out().flush();
    console.err().println(PREFIX + line);
    if (verbose.getAsBoolean()) {
      failure.printStackTrace(console.err());
    }
    console.err().flush();
    return code;
  }

  private static String describe(Throwable failure) {
    String name = failure.getClass().getSimpleName();
    return failure.getMessage() == null ? name : name + ": " + oneLine(failure.getMessage());
  }

  /** Messages of libraries may span lines; a user gets one. Control characters are not echoed. */
  private static String oneLine(String message) {
    return message == null ? "no details" : message.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
  }

  private static String decapitalised(String text) {
    boolean sentence = text.length() > 1 && Character.isLowerCase(text.charAt(1));
    return sentence ? text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1) : text;
  }
}

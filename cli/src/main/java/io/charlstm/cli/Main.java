package io.charlstm.cli;

/** The process: runs the command line and exits with its code. */
public final class Main {
  private Main() {}

  /**
   * Runs one command.
   *
   * @param arguments the command and its options
   */
  public static void main(String[] arguments) {
    StandardError.takeBack();
    Console console = Console.system(Boolean.getBoolean("charlstm.terminal"));
    int code = CommandLines.run(console, arguments);
    console.out().flush();
    System.exit(code);
  }
}

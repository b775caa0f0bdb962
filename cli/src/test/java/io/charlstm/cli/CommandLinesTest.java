package io.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the command line is read, and what is said when it cannot be. */
final class CommandLinesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dat | unknown command 'dat'; did you mean data? (see charlstm --help)",
        "doctor --jsn | unknown option '--jsn'; did you mean --json? (see charlstm doctor --help)",
        "doctor now | unexpected argument 'now' (see charlstm doctor --help)",
        "data | a command is missing: list, fetch, inspect or clean (see charlstm data --help)",
        "data list --sort | unknown option '--sort' (see charlstm data list --help)",
        "data inspect | missing required parameter: 'SOURCE' (see charlstm data inspect --help)",
      })
  void badUsageIsOneLineAndExitCode2(String arguments, String line) {
    Invocation result = Invocation.of(arguments.split(" ", -1));
    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).isEqualTo("charlstm: " + line + "\n");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void nothingAtAllIsBadUsage() {
    Invocation result = Invocation.of();
    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).isEqualTo("charlstm: a command is missing (see charlstm --help)\n");
  }

  @Test
  void helpNamesEveryCommand() {
    Invocation result = Invocation.of("--help");
    assertThat(result.code()).isEqualTo(ExitCode.OK);
    assertThat(result.out())
        .contains(
            "train",
            "sample",
            "evaluate",
            "info",
            "export",
            "bench",
            "doctor",
            "setup-gpu",
            "data");
    assertThat(result.err()).isEmpty();
  }
}

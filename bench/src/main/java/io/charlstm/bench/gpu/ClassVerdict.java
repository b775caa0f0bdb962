package io.charlstm.bench.gpu;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What came of one class of tests.
 *
 * @param name of the class
 * @param seconds that its process took
 * @param exitCode of that process; above 128 when a signal ended it
 * @param log what it printed
 */
record ClassVerdict(String name, double seconds, int exitCode, String log) {
  private static final Pattern LAST_LINE =
      Pattern.compile("(?m)^verdict: (\\d+) passed, (\\d+) failed, (\\d+) skipped$");

  /** What a process prints last. */
  static String lastLine(long passed, long failed, long skipped) {
    return "verdict: " + passed + " passed, " + failed + " failed, " + skipped + " skipped";
  }

  long passed() {
    return number(1);
  }

  long failed() {
    return number(2);
  }

  long skipped() {
    return number(3);
  }

  /** Whether the process ended before its tests did. */
  boolean isCutOff() {
    return exitCode < 0 || exitCode > 1 || !LAST_LINE.matcher(log).find();
  }

  boolean isFailure() {
    return isCutOff() || failed() > 0;
  }

  /** For the list of all classes. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%-6s %5.1f s  %s: %d passed, %d failed, %d skipped%s",
        isFailure() ? "FAILED" : "ok",
        seconds,
        name,
        passed(),
        failed(),
        skipped(),
        isCutOff() ? ", ended early with exit code " + exitCode : "");
  }

  private long number(int group) {
    Matcher line = LAST_LINE.matcher(log);
    return line.find() ? Long.parseLong(line.group(group)) : 0;
  }
}

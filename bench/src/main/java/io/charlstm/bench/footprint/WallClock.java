package io.charlstm.bench.footprint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process took, from before it was started.
 *
 * @param untilMark seconds until its standard output held what was waited for
 * @param untilEnd seconds until it had ended
 */
record WallClock(double untilMark, double untilEnd) {
  /**
   * Runs a process to its end.
   *
   * @param mark text of ASCII to wait for at the start of a line; an empty one is there with the
   *     first byte
   * @throws IllegalStateException when it fails, or its output lacks the mark
   */
  static WallClock of(List<String> command, String mark) throws IOException, InterruptedException {
    Path errors = Files.createTempFile("charlstm-startup", ".err");
    try {
      long start = System.nanoTime();
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      long seen;
      try (InputStream output = process.getInputStream()) {
        seen = whenSeen(output, mark.getBytes(StandardCharsets.US_ASCII));
        output.transferTo(OutputStream.nullOutputStream());
      }
      int status = process.waitFor();
      long end = System.nanoTime();
      if (status != 0 || seen == 0) {
        throw new IllegalStateException(
            command + " ended with " + status + ": " + Files.readString(errors));
      }
      return new WallClock((seen - start) * 1e-9, (end - start) * 1e-9);
    } finally {
      Files.delete(errors);
    }
  }

  /** The time at which a line began with the mark, or 0. */
  private static long whenSeen(InputStream output, byte[] mark) throws IOException {
    int matched = 0;
    for (int one = output.read(); one >= 0; one = output.read()) {
      if (matched >= 0 && matched < mark.length) {
        matched = one == mark[matched] ? matched + 1 : -1;
      }
      if (matched == mark.length) {
        return System.nanoTime();
      }
      if (one == '\n') {
        matched = 0;
      }
    }
    return 0;
  }
}

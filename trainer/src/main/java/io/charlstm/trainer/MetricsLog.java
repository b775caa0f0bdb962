package io.charlstm.trainer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file metrics.jsonl of a run: one event a line, only ever appended to while it trains. */
final class MetricsLog implements AutoCloseable {
  private final FileChannel channel;

  private MetricsLog(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Opens the log and drops what a run that goes on from a checkpoint will write again: the lines
   * of later steps, and a last line that was cut off.
   *
   * @param lastStep the last step whose lines stay
   */
  static MetricsLog open(Path file, long lastStep) throws IOException {
    if (Files.exists(file)) {
      dropAfter(file, lastStep);
    }
    return new MetricsLog(
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
  }

  private static void dropAfter(Path file, long lastStep) throws IOException {
    // Not strict: bytes torn by a crash must not keep a run from going on.
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    StringBuilder kept = new StringBuilder();
    int from = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      String line = text.substring(from, end);
      if (stepOf(line) <= lastStep) {
        kept.append(line).append('\n');
      }
      from = end + 1;
    }
    if (kept.length() != text.length()) {
      DurableFiles.write(file, kept.toString());
    }
  }

  private static long stepOf(String line) {
    try {
      return FlatJson.parse(line).get("step") instanceof Long step ? step : Long.MAX_VALUE;
    } catch (IllegalArgumentException _) {
      return Long.MAX_VALUE;
    }
  }

  /** Appends a line; it is on disk when this returns. */
  void append(String line) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(line + "\n");
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

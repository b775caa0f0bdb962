package io.charlstm.trainer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** The file metrics.jsonl of a run: one event a line, only ever appended to while it trains. */
final class MetricsLog implements AutoCloseable {
  private final FileChannel channel;

  private MetricsLog(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Opens the log and drops what a run that goes on from a checkpoint will write again: the lines
   * of later steps, and a last line that was cut off. The two steps differ where a checkpoint was
   * saved between a step and its evaluation.
   *
   * @param evaluated the last step whose evaluation stays
   * @param logged the last step whose line in the log of steps stays
   */
  static MetricsLog open(Path file, long evaluated, long logged) throws IOException {
    if (Files.exists(file)) {
      dropAfter(file, evaluated, logged);
    }
    return new MetricsLog(
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
  }

  private static void dropAfter(Path file, long evaluated, long logged) throws IOException {
    // Not strict: bytes torn by a crash must not keep a run from going on.
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    StringBuilder kept = new StringBuilder();
    int from = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      String line = text.substring(from, end);
      if (stays(line, evaluated, logged)) {
        kept.append(line).append('\n');
      }
      from = end + 1;
    }
    if (kept.length() != text.length()) {
      DurableFiles.write(file, kept.toString());
    }
  }

  private static boolean stays(String line, long evaluated, long logged) {
    try {
      Map<String, Object> event = FlatJson.parse(line);
      long last = "log".equals(event.get("event")) ? logged : evaluated;
      return event.get("step") instanceof Long step && step <= last;
    } catch (IllegalArgumentException _) {
      return false;
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

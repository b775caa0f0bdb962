package io.charlstm.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The three standard streams as the commands use them: results on {@code out}, progress and
 * messages on {@code err}, both UTF-8 whatever the locale.
 *
 * @param out results; buffered, so whoever prints flushes when a reader should see it
 * @param err progress and messages
 * @param in standard input
 * @param errIsTerminal whether a person watches {@code err}, so that a progress bar makes sense
 */
record Console(PrintStream out, PrintStream err, InputStream in, boolean errIsTerminal) {
  private static final int BUFFER_BYTES = 1 << 14;

  /** The process's own streams. */
  static Console system(boolean errIsTerminal) {
    return new Console(
        utf8(FileDescriptor.out, false), utf8(FileDescriptor.err, true), System.in, errIsTerminal);
  }

  private static PrintStream utf8(FileDescriptor descriptor, boolean autoFlush) {
    var buffered = new java.io.BufferedOutputStream(new FileOutputStream(descriptor), BUFFER_BYTES);
    return new PrintStream(buffered, autoFlush, StandardCharsets.UTF_8);
  }
}

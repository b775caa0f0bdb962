package io.charlstm.cli;

/** What the process answers its caller with. */
final class ExitCode {
  static final int OK = 0;
  static final int FAILURE = 1;

  /** Bad input or bad usage; nothing was written. */
  static final int USAGE = 2;

  /** Interrupted by SIGINT or SIGTERM, after saving. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}

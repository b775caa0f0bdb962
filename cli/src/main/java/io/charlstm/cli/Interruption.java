package io.charlstm.cli;

/** A command was stopped by a signal and has saved what it had to. */
final class Interruption extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Interruption() {
    super("interrupted", null, false, false);
  }
}

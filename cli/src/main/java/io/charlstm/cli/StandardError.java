package io.charlstm.cli;

import io.charlstm.bindings.StandardStreams;

/**
 * The JVM announces the vector module, an incubating one, on standard error before any of our code
 * runs, and no option silences it. So the launcher starts the JVM with a filter as its standard
 * error, which drops that line and passes on everything else, and names the descriptor of the real
 * one; here that takes its place again. Should this fail, the filter goes on passing.
 */
final class StandardError {
  private static final String DESCRIPTOR_PROPERTY = "charlstm.stderr";

  private StandardError() {}

  static void takeBack() {
    Integer descriptor = Integer.getInteger(DESCRIPTOR_PROPERTY);
    if (descriptor != null) {
      StandardStreams.redirectError(descriptor);
    }
  }
}

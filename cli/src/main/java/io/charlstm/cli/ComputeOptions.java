package io.charlstm.cli;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Backends;
import picocli.CommandLine.Option;

/** Where a model computes. */
final class ComputeOptions {
  @Option(
      names = "--device",
      paramLabel = "D",
      defaultValue = "auto",
      description = "auto, cpu or reference (default: auto).")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Computing threads; 0 = all cores (default: 0).")
  private int threads;

  /** Opens the backend asked for; the caller closes it. */
  Backend open() {
    if (!Backends.DEVICES.contains(device)) {
      throw new UsageException(
          "unknown device '" + device + "'; devices are " + String.join(", ", Backends.DEVICES));
    }
    if (threads < 0) {
      throw new UsageException("--threads must not be negative: " + threads);
    }
    return Backends.create(device, threads);
  }
}

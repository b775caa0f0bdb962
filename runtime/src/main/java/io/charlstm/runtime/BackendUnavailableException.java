package io.charlstm.runtime;

import java.util.List;

/**
 * A device that was asked for cannot be served; the reasons say what was looked for and the cure.
 */
public final class BackendUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> reasons;

  public BackendUnavailableException(String device, List<String> reasons) {
    this(device, reasons, null);
  }

  /** With what was thrown when it was tried. */
  public BackendUnavailableException(String device, List<String> reasons, Throwable cause) {
    super("device " + device + " is not available: " + String.join("; ", reasons), cause);
    this.reasons = List.copyOf(reasons);
  }

  /** One line a reason. */
  public List<String> reasons() {
    return reasons;
  }
}

package io.charlstm.trainer;

/**
 * Asks a run to save and return. It may be requested from any thread, such as a signal handler; the
 * run looks at it after each step and between the windows of an evaluation.
 */
public final class StopSignal {
  private volatile boolean requested;

  /** A signal that is not requested yet. */
  public StopSignal() {}

  public void request() {
    requested = true;
  }

  public boolean requested() {
    return requested;
  }
}

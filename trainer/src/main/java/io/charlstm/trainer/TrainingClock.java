package io.charlstm.trainer;

/** Time of a run: all of it, and that spent on training steps alone, for the speed. */
final class TrainingClock {
  private static final double NANOS = 1e-9;

  private final long start = System.nanoTime();
  private final double before;
  private int pauses;
  private long pausedAt;
  private long pausedNanos;

  /**
   * Starts the clock.
   *
   * @param secondsBefore time trained before this start
   */
  TrainingClock(double secondsBefore) {
    before = secondsBefore;
  }

  /** Seconds trained over all starts of the run, evaluations included. */
  double seconds() {
    return before + sinceStart();
  }

  double sinceStart() {
    return (System.nanoTime() - start) * NANOS;
  }

  /** Something other than training begins; pauses may be nested. */
  void pause() {
    if (pauses == 0) {
      pausedAt = System.nanoTime();
    }
    pauses++;
  }

  void resume() {
    pauses--;
    if (pauses == 0) {
      pausedNanos += System.nanoTime() - pausedAt;
    }
  }

  /** Seconds of this start spent on training steps. */
  double trainingSeconds() {
    long running = pauses == 0 ? 0 : System.nanoTime() - pausedAt;
    return sinceStart() - (pausedNanos + running) * NANOS;
  }
}

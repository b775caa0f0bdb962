package io.charlstm.trainer;

/**
 * What {@link ThroughputBench} measures, ready to run piece by piece: for whoever keeps the time,
 * as a comparison that takes turns with other programs does.
 */
public final class Workload implements AutoCloseable {
  private final Runnable work;
  private final int charactersPerCall;
  private final int charactersPerStep;
  private final AutoCloseable[] parts;

  /**
   * Takes over the parts.
   *
   * @param charactersPerCall characters that a call of {@code work} handles
   * @param charactersPerStep of these, how many make a step
   * @param parts what {@code work} uses, in the order of closing
   */
  Workload(Runnable work, int charactersPerCall, int charactersPerStep, AutoCloseable... parts) {
    this.work = work;
    this.charactersPerCall = charactersPerCall;
    this.charactersPerStep = charactersPerStep;
    this.parts = parts.clone();
  }

  /**
   * Does a few steps: one of training, or as many of sampling as are drawn in a call.
   *
   * @return the characters handled, of all lanes or streams
   */
  public long run() {
    work.run();
    return charactersPerCall;
  }

  /** Characters of a step: those of a window, or one of each stream. */
  public int charactersPerStep() {
    return charactersPerStep;
  }

  @Override
  public void close() {
    Closing.all(parts);
  }
}

package io.charlstm.runtime;

/**
 * Training steps that run without the host: windows, dropout masks, learning rates and losses are
 * found and kept on the device, and the host only asks for steps ahead and reads sums now and then.
 *
 * <p>Step s trains on the windows s*k to s*k+k-1 of an endless repetition of the text (k the
 * gradient accumulation; window i carries on the state of i-1, and state is zero at the start of an
 * epoch), with dropout masks of counter i, and then clips and updates. A step whose loss or
 * gradient norm is not finite changes nothing, and the lanes start again from zero state: the same
 * as feeding the windows to {@link WindowPlan#forwardBackward} and {@link Updater#update}.
 *
 * <p>Plan and updater that it was made from may be read and written between steps.
 */
public interface CorpusTraining extends AutoCloseable {

  /** Steps that should be asked for at a time: more cost nothing, fewer leave the device idle. */
  int preferredSteps();

  /**
   * Asks for steps {@code firstStep}, {@code firstStep} + 1, ...; may return before they are done.
   *
   * @param learningRates one for each step
   */
  void run(long firstStep, double[] learningRates);

  /** Waits for the steps asked for; what they did since the last call. */
  Result read();

  @Override
  void close();

  /**
   * What some steps did.
   *
   * @param loss summed over the finite steps
   * @param gradientNorm global L2 norm before clipping at the last finite step; NaN if none
   * @param skipped steps that were not finite
   * @param firstSkipped the first of them; -1 if none
   * @param skippedInARow such steps in an unbroken row at the end, of those since the last call
   */
  record Result(
      LossSum loss, double gradientNorm, long skipped, long firstSkipped, long skippedInARow) {}
}

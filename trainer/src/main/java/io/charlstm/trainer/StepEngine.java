package io.charlstm.trainer;

import io.charlstm.runtime.CorpusTraining;

/** Makes the updates of a run, window after window of the training part. */
interface StepEngine extends AutoCloseable {

  /** Steps that are best asked for at a time. */
  int preferredSteps();

  /**
   * Makes steps {@code firstStep}, {@code firstStep} + 1, ... as {@link CorpusTraining} describes
   * them, and waits for them.
   *
   * @param learningRates one for each step
   */
  CorpusTraining.Result run(long firstStep, double[] learningRates);

  @Override
  void close();
}

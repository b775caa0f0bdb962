package io.charlstm.trainer;

import java.nio.file.Path;

/**
 * What happens in a run, in order: one {@link Start}, then the others, then one {@link End}. Losses
 * are nats per token; NaN where there is none.
 */
public sealed interface TrainingEvent {

  /** Perplexity of a loss in nats per token. */
  static double perplexity(double loss) {
    return Math.exp(loss);
  }

  /** Bits per token of a loss in nats per token. */
  static double bitsPerChar(double loss) {
    return loss / Math.log(2);
  }

  /**
   * All is set up; the first step follows.
   *
   * @param run the run folder
   * @param resumedFrom steps done before this start; 0 for a new run
   * @param device as the command line names it
   * @param backend library, version, threads, for people
   * @param corpus what is read, for people
   * @param vocabularySize V
   * @param trainTokens length of the training part; valid and test likewise
   * @param parameters number of trainable values
   * @param memoryBytes parameters, gradients, optimizer moments and the buffers of a window
   * @param windowsPerEpoch (T,B) windows in one pass over the training part
   */
  record Start(
      Path run,
      long resumedFrom,
      String device,
      String backend,
      String precision,
      int threads,
      String corpus,
      int vocabularySize,
      long trainTokens,
      long validTokens,
      long testTokens,
      long parameters,
      long memoryBytes,
      long windowsPerEpoch,
      RunConfig config)
      implements TrainingEvent {}

  /**
   * Sent several times a second.
   *
   * @param trainLoss mean since the last evaluation
   * @param fraction share of the run that is done, 0 to 1; NaN when it has no limit
   * @param secondsLeft estimate; NaN when unknown
   */
  record Progress(
      long step,
      double epoch,
      double learningRate,
      double trainLoss,
      double charsPerSec,
      double seconds,
      double fraction,
      double secondsLeft)
      implements TrainingEvent {}

  /**
   * An evaluation of the validation part.
   *
   * @param gradientNorm global norm at the last update, before clipping
   * @param trainLoss mean over the steps since the last evaluation
   * @param validLoss NaN when there is no validation part
   * @param charsPerSec training speed since the last evaluation
   * @param seconds time trained so far, over all starts of the run
   * @param best whether this is the lowest validation loss so far
   * @param skippedSteps steps left out so far because something was not finite
   * @param batches what single batches came to
   * @param sample a few characters the model writes now; empty when not asked for
   */
  record Evaluation(
      long step,
      double epoch,
      double learningRate,
      double gradientNorm,
      double trainLoss,
      double validLoss,
      double charsPerSec,
      double seconds,
      boolean best,
      long skippedSteps,
      Batchwise batches,
      String sample)
      implements TrainingEvent {}

  /**
   * Figures as some tutorials define them; NaN where there is none.
   *
   * @param trainPerplexity mean of the perplexities of the epoch's steps so far
   * @param validPerplexity mean of the perplexities of the validation part's windows
   * @param probeLoss of the probed training window, from zero state, without dropout
   */
  record Batchwise(double trainPerplexity, double validPerplexity, double probeLoss) {}

  /**
   * A line in the log of steps.
   *
   * @param step updates made
   * @param epoch from 0
   * @param batch steps of the epoch
   * @param samplesPerSec lanes, lines or sequences trained on in a second since the last such line
   * @param trainLoss mean since the last such line
   * @param trainPerplexity mean of the perplexities of the epoch's steps so far
   */
  record StepLog(
      long step,
      long epoch,
      long batch,
      double samplesPerSec,
      double trainLoss,
      double trainPerplexity)
      implements TrainingEvent {}

  /** A checkpoint is safely on disk. */
  record Saved(long step, Path checkpoint, boolean best) implements TrainingEvent {}

  /** Something people should know; training goes on. */
  record Warning(String message) implements TrainingEvent {}

  /**
   * The run ended.
   *
   * @param trainLoss mean since the last evaluation; if the run ended with one, since that before
   *     it
   * @param validLoss score of {@code checkpoint} on the whole validation part in one lane; NaN when
   *     there is none or the run was interrupted
   * @param charsPerSec training speed over this start of the run
   * @param checkpoint the best checkpoint when there is a validation part, else the last
   * @param checkpointStep steps done when it was saved
   */
  record End(
      EndReason reason,
      long step,
      double epoch,
      double trainLoss,
      double validLoss,
      double charsPerSec,
      double seconds,
      Path checkpoint,
      long checkpointStep)
      implements TrainingEvent {}
}

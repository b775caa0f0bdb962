package io.charlstm.runtime;

import java.util.Optional;

/**
 * A multi-layer LSTM language model on a backend: embedding (or one-hot), LSTM stack, output
 * projection. Owns the parameters and the gradients. Plans, updaters and decoders made from it are
 * closed before it, by whoever asked for them. Decoders read the parameters as they are at each
 * {@link StepDecoder#refresh()}.
 */
public interface Network extends AutoCloseable {

  NetworkConfig config();

  ParameterBlock parameters();

  ParameterBlock gradients();

  /** A plan for windows of up to (T,B) tokens that can only evaluate; needs less memory. */
  WindowPlan createEvaluationPlan(int sequenceLength, int batchSize);

  /** A plan for windows of up to (T,B) tokens that can train and evaluate. */
  WindowPlan createTrainingPlan(int sequenceLength, int batchSize);

  /** An updater that keeps no other weights than the parameters. */
  default Updater createUpdater(OptimizerConfig config) {
    return createUpdater(config, ShadowConfig.NONE);
  }

  /**
   * An updater.
   *
   * @param shadow what weights it keeps beside the parameters; all zero at first
   */
  Updater createUpdater(OptimizerConfig config, ShadowConfig shadow);

  /** A decoder that advances {@code streams} independent texts one token at a time. */
  StepDecoder createDecoder(int streams);

  /**
   * Training that reads its windows by itself, or empty when this backend is handed window after
   * window. The caller closes it, before plan and updater.
   *
   * @param plan a training plan of this network, as large as the lanes' windows
   * @param updater an updater of this network
   */
  default Optional<CorpusTraining> createCorpusTraining(
      WindowPlan plan, Updater updater, LaneTokens tokens, CorpusTrainingConfig config) {
    return Optional.empty();
  }

  @Override
  void close();
}

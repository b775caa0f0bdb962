package io.charlstm.trainer;

import io.charlstm.data.ScoringWindows;
import io.charlstm.data.TokenSequence;
import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.StepDecoder;

/**
 * Scores a sequence with the arithmetic that writes text: a decoder is fed token by token, and the
 * probability of each is read from its logits. Where sampling reads rounded weights, this is what
 * the rounding costs. In order, in one lane from zero state, as {@link Evaluator} does.
 */
final class DecoderScore {
  private DecoderScore() {}

  /**
   * Scores every token but the first.
   *
   * @param tokens at least 2
   * @param each receives each token's loss in order
   * @throws io.charlstm.data.CorpusException when there are fewer than 2 tokens
   */
  static LossSum score(Network network, TokenSequence tokens, Evaluator.TokenLosses each) {
    ScoringWindows.requireScorable(tokens);
    float[] logits = new float[network.config().vocabularySize()];
    int[] fed = new int[1];
    double sum = 0;
    try (StepDecoder decoder = network.createDecoder(1)) {
      decoder.reset(0, 0);
      for (long i = 1; i < tokens.size(); i++) {
        fed[0] = tokens.get(i - 1);
        decoder.feed(fed);
        decoder.readLogits(0, logits);
        int token = tokens.get(i);
        double nats = nats(logits, token);
        sum += nats;
        each.scored(i, token, (float) nats);
      }
    }
    return new LossSum(sum, tokens.size() - 1);
  }

  /** -ln softmax(logits)[token]. */
  private static double nats(float[] logits, int token) {
    float max = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double total = 0;
    for (float logit : logits) {
      total += Math.exp(logit - max);
    }
    return Math.log(total) + max - logits[token];
  }
}

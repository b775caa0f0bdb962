package io.charlstm.runtime.onednn.decode;

import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StreamRandom;
import io.charlstm.runtime.TokenSampler;

/**
 * Chooses a token, given the largest logit and, for plain temperature sampling, the exponentials of
 * all; one for each worker, as it holds scratch. Greedy and plain temperature sampling take a short
 * way in single precision, which finds the token that {@link TokenSampler} finds, except for draws
 * within rounding of a token's border; other filters go through that class.
 *
 * <p>Logits that are not finite are remembered: a worker that threw would leave the others waiting.
 */
final class TokenChoice {
  private static final int BLOCK = 16;

  private final int vocabulary;
  private final float[] weights;
  private final double[] blockSums;
  private final TokenSampler sampler;
  private final float[] copy;
  private boolean diverged;

  /** Scratch for one worker. */
  TokenChoice(DecoderShape shape) {
    vocabulary = shape.vocabulary();
    weights = new float[shape.paddedVocabulary()];
    blockSums = new double[Math.ceilDiv(vocabulary, BLOCK)];
    sampler = new TokenSampler(vocabulary);
    copy = new float[vocabulary];
  }

  /** Whether the largest logit is finite; if not, token 0 is to be taken, and this remembers it. */
  boolean accepts(float max) {
    boolean finite = Math.abs(max) < Float.POSITIVE_INFINITY;
    diverged |= !finite;
    return finite;
  }

  /** Whether logits were not finite since the last call. */
  boolean forgetDivergence() {
    boolean was = diverged;
    diverged = false;
    return was;
  }

  /** Whether {@link #choose} reads {@link #weights}. */
  static boolean weighs(SamplingConfig sampling) {
    return !sampling.greedy()
        && sampling.topK() == 0
        && sampling.topP() == 1
        && sampling.minP() == 0;
  }

  /** For exp((logit - max) * scale). Bounded, as 0 times infinity would be NaN. */
  static float scale(SamplingConfig sampling) {
    return (float) Math.min(1 / sampling.temperature(), 1e30);
  }

  /** Receives the exponentials of the logits, padding included. */
  float[] weights() {
    return weights;
  }

  /**
   * Chooses one token.
   *
   * @param logits holds (V), padded with minus infinity, from {@code at}
   * @param max the largest of them
   * @param seed key of the stream
   * @param index draws of the stream so far
   */
  int choose(float[] logits, int at, float max, SamplingConfig sampling, long seed, long index) {
    if (sampling.greedy()) {
      return firstEqual(logits, at, max);
    }
    double uniform = StreamRandom.uniform(seed, index);
    if (weighs(sampling)) {
      return pick(uniform);
    }
    System.arraycopy(logits, at, copy, 0, vocabulary);
    return sampler.draw(copy, sampling, uniform);
  }

  private int firstEqual(float[] logits, int at, float value) {
    for (int i = 0; i < vocabulary; i++) {
      if (logits[at + i] == value) {
        return i;
      }
    }
    return 0;
  }

  /** The first token whose cumulated weight exceeds {@code uniform} times the total. */
  private int pick(double uniform) {
    double target = uniform * sumBlocks();
    double sum = 0;
    int block = 0;
    while (block < blockSums.length - 1 && sum + blockSums[block] <= target) {
      sum += blockSums[block];
      block++;
    }
    int last = 0;
    for (int i = block * BLOCK; i < vocabulary; i++) {
      float weight = weights[i];
      sum += weight;
      if (sum > target) {
        return i;
      }
      last = weight > 0 ? i : last;
    }
    return last;
  }

  // The sums of blocks don't wait for each other, as one running sum would.
  private double sumBlocks() {
    double total = 0;
    for (int block = 0; block < blockSums.length; block++) {
      int end = Math.min(vocabulary, (block + 1) * BLOCK);
      double sum = 0;
      for (int i = block * BLOCK; i < end; i++) {
        sum += weights[i];
      }
      blockSums[block] = sum;
      total += sum;
    }
    return total;
  }
}

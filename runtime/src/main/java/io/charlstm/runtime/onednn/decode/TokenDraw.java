package io.charlstm.runtime.onednn.decode;

import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StreamRandom;
import io.charlstm.runtime.TokenSampler;

/**
 * Draws a token from logits; one for each worker, as it holds scratch. Greedy and plain temperature
 * sampling take a short way in single precision, which finds the token that {@link TokenSampler}
 * finds, except for draws within rounding of a token's border; other filters go through that class.
 *
 * <p>Logits that are not finite give token 0 and are remembered: a worker that threw would leave
 * the others waiting.
 */
final class TokenDraw {
  private static final int BLOCK = 16;

  private final DecoderKernels kernels;
  private final int vocabulary;
  private final int vectors;
  private final float[] weights;
  private final double[] blockSums;
  private final TokenSampler sampler;
  private final float[] copy;
  private boolean diverged;

  /** Scratch for one worker. */
  TokenDraw(DecoderKernels kernels, DecoderShape shape) {
    this.kernels = kernels;
    this.vocabulary = shape.vocabulary();
    this.vectors = shape.paddedVocabulary() / shape.lanes();
    weights = new float[shape.paddedVocabulary()];
    blockSums = new double[Math.ceilDiv(vocabulary, BLOCK)];
    sampler = new TokenSampler(vocabulary);
    copy = new float[vocabulary];
  }

  /**
   * Draws one token.
   *
   * @param logits holds (V), padded with minus infinity, from {@code at}
   * @param seed key of the stream
   * @param index draws of the stream so far
   */
  int draw(float[] logits, int at, SamplingConfig sampling, long seed, long index) {
    float max = kernels.max(logits, at, vectors);
    if (!(Math.abs(max) < Float.POSITIVE_INFINITY)) {
      diverged = true;
      return 0;
    }
    if (sampling.greedy()) {
      return firstEqual(logits, at, max);
    }
    double uniform = StreamRandom.uniform(seed, index);
    if (sampling.topK() == 0 && sampling.topP() == 1 && sampling.minP() == 0) {
      kernels.exponentials(logits, at, max, inverse(sampling.temperature()), weights, vectors);
      return pick(uniform);
    }
    System.arraycopy(logits, at, copy, 0, vocabulary);
    return sampler.draw(copy, sampling, uniform);
  }

  /** Whether logits were not finite since the last call. */
  boolean forgetDivergence() {
    boolean was = diverged;
    diverged = false;
    return was;
  }

  // Bounded, as 0 times infinity would be NaN.
  private static float inverse(double temperature) {
    return (float) Math.min(1 / temperature, 1e30);
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

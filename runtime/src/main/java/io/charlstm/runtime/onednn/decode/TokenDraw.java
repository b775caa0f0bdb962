package io.charlstm.runtime.onednn.decode;

import io.charlstm.runtime.SamplingConfig;

/** Draws a token from logits with a set of kernels; one for each worker, as it holds scratch. */
final class TokenDraw {
  private final DecoderKernels kernels;
  private final TokenChoice choice;
  private final int vectors;

  /** Scratch for one worker. */
  TokenDraw(DecoderKernels kernels, DecoderShape shape) {
    this.kernels = kernels;
    choice = new TokenChoice(shape);
    vectors = shape.paddedVocabulary() / shape.lanes();
  }

  /**
   * Draws one token; 0 from logits that are not finite.
   *
   * @param logits holds (V), padded with minus infinity, from {@code at}
   * @param seed key of the stream
   * @param index draws of the stream so far
   */
  int draw(float[] logits, int at, SamplingConfig sampling, long seed, long index) {
    float max = kernels.max(logits, at, vectors);
    if (!choice.accepts(max)) {
      return 0;
    }
    if (TokenChoice.weighs(sampling)) {
      float scale = TokenChoice.scale(sampling);
      kernels.exponentials(logits, at, max, scale, choice.weights(), vectors);
    }
    return choice.choose(logits, at, max, sampling, seed, index);
  }

  /** Whether logits were not finite since the last call. */
  boolean forgetDivergence() {
    return choice.forgetDivergence();
  }
}

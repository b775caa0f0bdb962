package io.charlstm.runtime;

/**
 * Draws a token from logits in double precision. The filters follow {@link SamplingConfig}: tokens
 * are ranked by logit, lowest id first on a tie; top-p is measured on the probabilities left by
 * top-k; the kept tokens are laid out in id order and the one that covers the uniform number is
 * taken. So the token depends on nothing but the logits, the configuration and that number.
 *
 * <p>Allocates nothing while drawing; used by one thread at a time.
 */
public final class TokenSampler {
  private final int vocabularySize;
  private final double[] weights;
  private final TokenRanking ranking;

  public TokenSampler(int vocabularySize) {
    this.vocabularySize = vocabularySize;
    weights = new double[vocabularySize];
    ranking = new TokenRanking(vocabularySize);
  }

  /**
   * Draws one token.
   *
   * @param logits (V), the first V elements are read
   * @param uniform a number from 0 (inclusive) to 1 (exclusive)
   * @throws ArithmeticException when the logits hold NaN, plus infinity or nothing finite
   */
  public int draw(float[] logits, SamplingConfig config, double uniform) {
    int best = mostLikely(logits);
    if (config.greedy()) {
      return best;
    }
    weigh(logits, logits[best], config.temperature());
    boolean topK = config.topK() > 0 && config.topK() < vocabularySize;
    if (topK || config.topP() < 1) {
      ranking.rank(logits);
      keepRanked(topK ? config.topK() : vocabularySize, config.topP());
    }
    keepLikely(config.minP());
    return take(uniform);
  }

  private int mostLikely(float[] logits) {
    int best = 0;
    boolean valid = true;
    for (int id = 0; id < vocabularySize; id++) {
      valid &= logits[id] < Float.POSITIVE_INFINITY;
      if (logits[id] > logits[best]) {
        best = id;
      }
    }
    if (!valid || logits[best] == Float.NEGATIVE_INFINITY) {
      throw new ArithmeticException(
          "the model's logits are not finite; it has diverged and cannot be sampled");
    }
    return best;
  }

  /** Probabilities at the temperature, up to a common factor that makes the largest 1. */
  private void weigh(float[] logits, double max, double temperature) {
    for (int id = 0; id < vocabularySize; id++) {
      weights[id] = Math.exp((logits[id] - max) / temperature);
    }
  }

  private void keepRanked(int topK, double topP) {
    double bound = topP < 1 ? topP * total(topK) : Double.POSITIVE_INFINITY;
    double reached = 0;
    int kept = 0;
    while (kept < topK && reached < bound) {
      reached += weights[ranking.id(kept)];
      kept++;
    }
    for (int i = 0; i < vocabularySize - kept; i++) {
      weights[ranking.idOfRest(i)] = 0;
    }
  }

  private double total(int topK) {
    double total = 0;
    if (topK == vocabularySize) {
      for (double weight : weights) {
        total += weight;
      }
    } else {
      for (int rank = 0; rank < topK; rank++) {
        total += weights[ranking.id(rank)];
      }
    }
    return total;
  }

  private void keepLikely(double minP) {
    if (minP > 0) {
      for (int id = 0; id < vocabularySize; id++) {
        weights[id] = weights[id] < minP ? 0 : weights[id];
      }
    }
  }

  private int take(double uniform) {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    double bound = uniform * total;
    double reached = 0;
    int last = 0;
    for (int id = 0; id < vocabularySize; id++) {
      if (weights[id] > 0) {
        reached += weights[id];
        last = id;
        if (reached > bound) {
          return id;
        }
      }
    }
    return last;
  }
}

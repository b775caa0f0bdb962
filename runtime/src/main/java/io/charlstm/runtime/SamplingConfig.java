package io.charlstm.runtime;

/**
 * How the next token is drawn from the logits. Filters apply in the order temperature, top-k,
 * top-p, min-p; the kept tokens are renormalised.
 *
 * @param temperature divisor of the logits, above 0; 1 leaves them as trained
 * @param topK keeps the K most likely tokens; 0 = all
 * @param topP keeps the smallest set of most likely tokens whose probability reaches this; 1 = all
 * @param minP keeps tokens at least this fraction as likely as the most likely one; 0 = all
 * @param greedy takes the most likely token (lowest id on a tie) and ignores the rest
 */
public record SamplingConfig(
    double temperature, int topK, double topP, double minP, boolean greedy) {

  public static final SamplingConfig DEFAULT = new SamplingConfig(1, 0, 1, 0, false);

  public SamplingConfig {
    if (!(temperature > 0 && temperature <= 1e6)) {
      throw new IllegalArgumentException("temperature must be above 0: " + temperature);
    }
    if (topK < 0) {
      throw new IllegalArgumentException("top-k must not be negative: " + topK);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("top-p must be above 0 and at most 1: " + topP);
    }
    if (!(minP >= 0 && minP <= 1)) {
      throw new IllegalArgumentException("min-p must be from 0 to 1: " + minP);
    }
  }
}

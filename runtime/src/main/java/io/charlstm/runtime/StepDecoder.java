package io.charlstm.runtime;

/**
 * Advances S independent texts ("streams") one token at a time; h and c (L,S,H) stay on the device.
 * What a stream computes does not depend, to the last bit, on its neighbours or on S.
 */
public interface StepDecoder extends AutoCloseable {

  /** Token that leaves a stream as it is. */
  int IDLE = -1;

  int streams();

  /** Takes over the network's parameters as they are now (called once on creation). */
  void refresh();

  /** Zeroes a stream's state and restarts its random numbers from a seed. */
  void reset(int stream, long seed);

  /**
   * Feeds one token to each stream; the logits of the next token become current.
   *
   * @param tokens (S); {@link #IDLE} leaves that stream alone
   */
  void feed(int[] tokens);

  /**
   * Draws a token for every stream from its current logits and feeds it, {@code steps} times. Each
   * stream must have been fed at least once since its reset. The numbers drawn depend only on the
   * stream's seed and how many tokens were drawn since its reset.
   *
   * @param tokens receives (steps,S)
   */
  void generate(int steps, SamplingConfig sampling, int[] tokens);

  /**
   * Current logits of a stream.
   *
   * @param destination (V)
   */
  void readLogits(int stream, float[] destination);

  @Override
  void close();
}

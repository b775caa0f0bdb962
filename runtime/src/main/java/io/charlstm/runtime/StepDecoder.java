package io.charlstm.runtime;

/**
 * Advances S independent texts ("streams") one token at a time; h and c (L,S,H) stay on the device.
 * What a stream computes does not depend, to the last bit, on its neighbours or on S.
 */
public interface StepDecoder extends AutoCloseable {

  /** Token that leaves a stream as it is. */
  int IDLE = -1;

  /** Most steps that {@link #stream} hands over at a time. */
  int MOST_STREAMED = 64;

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
   * Draws and feeds as {@link #generate} does and hands the tokens over in pieces, the first of one
   * step and then ever larger ones, until all are handed over or the receiver has had enough. Where
   * the device works on its own, it goes on while the receiver works.
   *
   * <p>When the call ends, also by an exception of the receiver, every stream is where {@link
   * #generate} leaves it after exactly the steps that were handed over: the last piece counts as a
   * whole, whatever the receiver made of it; what was drawn beyond it is as if it never was. When
   * logits are not finite, it throws like {@link #generate}, at the latest after the piece before.
   *
   * @param steps most steps to draw
   * @param receiver called in the calling thread
   */
  default void stream(int steps, SamplingConfig sampling, TokenReceiver receiver) {
    if (steps < 0) {
      throw new IllegalArgumentException("steps must not be negative: " + steps);
    }
    int[] tokens = new int[Math.multiplyExact(streams(), Math.min(steps, MOST_STREAMED))];
    int left = steps;
    int most = 1;
    while (left > 0) {
      int count = Math.min(left, most);
      generate(count, sampling, tokens);
      left -= count;
      if (!receiver.accept(tokens, count)) {
        return;
      }
      most = Math.min(2 * most, MOST_STREAMED);
    }
  }

  /**
   * Current logits of a stream.
   *
   * @param destination (V)
   */
  void readLogits(int stream, float[] destination);

  @Override
  void close();
}

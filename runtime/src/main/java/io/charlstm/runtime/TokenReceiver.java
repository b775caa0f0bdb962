package io.charlstm.runtime;

/** Takes tokens as they are drawn, see {@link StepDecoder#stream}. */
@FunctionalInterface
public interface TokenReceiver {

  /**
   * Takes the tokens of the next steps. It must not call the decoder.
   *
   * @param tokens begins with (steps,S); valid during the call only
   * @param steps number of steps, at least 1
   * @return whether to go on
   */
  boolean accept(int[] tokens, int steps);
}

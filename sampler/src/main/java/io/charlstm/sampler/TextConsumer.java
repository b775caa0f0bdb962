package io.charlstm.sampler;

/** Receives text as it is written. */
@FunctionalInterface
public interface TextConsumer {

  /**
   * Takes the next piece of a stream's text.
   *
   * @param stream from 0
   * @param text whole characters, never empty
   */
  void accept(int stream, String text);
}

package io.charlstm.bench.quality;

import io.charlstm.data.TokenSequence;
import java.lang.foreign.MemorySegment;

/** A language model that learns by Adam at 1e-3 with gradients clipped to a norm of 5. */
interface Learner extends AutoCloseable {
  double LEARNING_RATE = 1e-3;
  double CLIP_NORM = 5;

  /** Has windows to come begin with zero state, as at the start of an epoch. */
  void restart();

  /**
   * A step on a window, whose state goes on from the last one.
   *
   * @param inputs (T,B) int32
   * @param targets (T,B) int32
   */
  void train(MemorySegment inputs, MemorySegment targets);

  /** Mean loss of a text in one lane from zero state, in nats a character. */
  double score(TokenSequence text);

  @Override
  void close();
}

package io.charlstm.runtime;

import java.lang.foreign.MemorySegment;

/**
 * Buffers and prepared calls for windows of up to (T,B) tokens, with the carried state h and c
 * (L,B,H) of B lanes. After a window the state is that of its last step, so the next window goes on
 * where it ended (stateful truncated BPTT; no gradient flows across windows).
 *
 * <p>Nothing is allocated while a window runs. Token segments are int32, native order, (steps,B);
 * they may be reused once the call returns. A target of {@link #IGNORE} is not scored.
 */
public interface WindowPlan extends AutoCloseable {

  /** Target value that is neither scored nor trained on. */
  int IGNORE = -1;

  int sequenceLength();

  int batchSize();

  /** Bytes of memory held by this plan. */
  long memoryBytes();

  /** Sets h and c of every lane to zero. */
  void resetState();

  /**
   * Copies the carried state out.
   *
   * @param h (L,B,H)
   * @param c (L,B,H)
   */
  void readState(float[] h, float[] c);

  /** Copies a carried state in; shapes as in {@link #readState}. */
  void writeState(float[] h, float[] c);

  /**
   * Scores a window without dropout and carries the state on.
   *
   * @param inputs (steps,B)
   * @param targets (steps,B)
   * @param steps 1 to T
   */
  void forward(MemorySegment inputs, MemorySegment targets, int steps);

  /**
   * Trains on a window: forward, loss, backward into {@link Network#gradients()}. With {@code
   * steps} below T it is a shorter window. Only for plans made by {@link
   * Network#createTrainingPlan}.
   */
  void forwardBackward(MemorySegment inputs, MemorySegment targets, int steps, TrainingPass pass);

  /**
   * Loss summed over the windows since the last call; waits for the device, then starts at zero.
   */
  LossSum readLoss();

  /**
   * Logits of the last {@link #forward}.
   *
   * @param destination (steps*B,V)
   */
  void readLogits(float[] destination);

  /**
   * Nats of each target of the last {@link #forward}; 0 where ignored.
   *
   * @param destination (steps,B)
   */
  void readTokenLosses(float[] destination);

  @Override
  void close();
}

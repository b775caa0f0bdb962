package io.charlstm.runtime.cudnn;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import io.charlstm.bindings.cuda.CudaEvent;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.PinnedMemory;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.ownership.Resources;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/**
 * Brings a window's tokens to the device, checked: kernels use them as row numbers. The caller's
 * thread takes them over, as their memory may be open to that thread only. The copy is
 * asynchronous, so the page-locked buffer is filled again only when it was copied.
 */
final class TokenUpload implements AutoCloseable {
  private final Resources resources = new Resources();
  private final WindowShape shape;
  private final CudaStream stream;
  private final int[] inputTokens;
  private final int[] targetTokens;
  private final MemorySegment inputStaging;
  private final MemorySegment targetStaging;
  private final CudaEvent copied;

  TokenUpload(WindowShape shape, CudaStream stream) {
    this.shape = shape;
    this.stream = stream;
    inputTokens = new int[Math.toIntExact(shape.rows())];
    targetTokens = new int[inputTokens.length];
    try {
      long bytes = 4 * shape.rows();
      inputStaging = resources.own(PinnedMemory.allocate(bytes, "input tokens")).segment();
      targetStaging = resources.own(PinnedMemory.allocate(bytes, "targets")).segment();
      copied = resources.own(CudaEvent.create(false));
      copied.record(stream);
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  /**
   * Takes a window's tokens over from the caller, on the caller's thread.
   *
   * @param inputs int32 (steps,B)
   * @param targets int32 (steps,B)
   * @throws IllegalArgumentException if a segment is too short or a token is not in 0..V-1
   */
  void take(MemorySegment inputs, MemorySegment targets, int steps) {
    if (steps < 1 || steps > shape.sequenceLength()) {
      throw new IllegalArgumentException(
          "steps must be from 1 to " + shape.sequenceLength() + ": " + steps);
    }
    take("input", inputs, 0, inputTokens, steps * shape.batchSize());
    take("target", targets, WindowPlan.IGNORE, targetTokens, steps * shape.batchSize());
  }

  /** Queues the copies of what was taken; on the device thread. */
  void queue(int steps, PlanBuffers buffers) {
    int tokens = steps * shape.batchSize();
    copied.synchronize();
    MemorySegment.copy(inputTokens, 0, inputStaging, JAVA_INT, 0, tokens);
    MemorySegment.copy(targetTokens, 0, targetStaging, JAVA_INT, 0, tokens);
    stream.copyToDevice(buffers.inputs(), inputStaging, 4L * tokens);
    stream.copyToDevice(buffers.targets(), targetStaging, 4L * tokens);
    copied.record(stream);
  }

  private void take(String what, MemorySegment segment, int least, int[] taken, int tokens) {
    if (segment.byteSize() < 4L * tokens) {
      throw new IllegalArgumentException(
          what + "s has " + segment.byteSize() + " bytes, the window needs " + 4L * tokens);
    }
    for (int i = 0; i < tokens; i++) {
      int token = segment.get(JAVA_INT_UNALIGNED, 4L * i);
      if (token < least || token >= shape.vocabulary()) {
        throw outside(what, token, i);
      }
      taken[i] = token;
    }
  }

  private IllegalArgumentException outside(String what, int token, long index) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s token %d at step %d, lane %d is outside of the vocabulary of %d",
            what,
            token,
            index / shape.batchSize(),
            index % shape.batchSize(),
            shape.vocabulary()));
  }

  @Override
  public void close() {
    resources.close();
  }
}

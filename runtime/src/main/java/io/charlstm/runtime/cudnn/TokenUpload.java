package io.charlstm.runtime.cudnn;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import io.charlstm.bindings.cuda.CudaEvent;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.PinnedMemory;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.ownership.Resources;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/**
 * Brings a window's tokens to the device, checked: kernels use them as row numbers. The copy is
 * asynchronous, so the page-locked buffer is filled again only when it was copied.
 */
final class TokenUpload implements AutoCloseable {
  private final Resources resources = new Resources();
  private final WindowShape shape;
  private final CudaStream stream;
  private final MemorySegment inputStaging;
  private final MemorySegment targetStaging;
  private final CudaEvent copied;

  TokenUpload(WindowShape shape, CudaStream stream) {
    this.shape = shape;
    this.stream = stream;
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
   * Queues the copies.
   *
   * @param inputs int32 (steps,B)
   * @param targets int32 (steps,B)
   * @throws IllegalArgumentException if a segment is too short or a token is not in 0..V-1
   */
  void load(MemorySegment inputs, MemorySegment targets, int steps, PlanBuffers buffers) {
    if (steps < 1 || steps > shape.sequenceLength()) {
      throw new IllegalArgumentException(
          "steps must be from 1 to " + shape.sequenceLength() + ": " + steps);
    }
    long tokens = (long) steps * shape.batchSize();
    check("input", inputs, 0, tokens);
    check("target", targets, WindowPlan.IGNORE, tokens);
    copied.synchronize();
    MemorySegment.copy(inputs, 0, inputStaging, 0, 4 * tokens);
    MemorySegment.copy(targets, 0, targetStaging, 0, 4 * tokens);
    stream.copyToDevice(buffers.inputs(), inputStaging, 4 * tokens);
    stream.copyToDevice(buffers.targets(), targetStaging, 4 * tokens);
    copied.record(stream);
  }

  private void check(String what, MemorySegment segment, int least, long tokens) {
    if (segment.byteSize() < 4 * tokens) {
      throw new IllegalArgumentException(
          what + "s has " + segment.byteSize() + " bytes, the window needs " + 4 * tokens);
    }
    for (long i = 0; i < tokens; i++) {
      int token = segment.get(JAVA_INT_UNALIGNED, 4 * i);
      if (token < least || token >= shape.vocabulary()) {
        throw outside(what, token, i);
      }
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

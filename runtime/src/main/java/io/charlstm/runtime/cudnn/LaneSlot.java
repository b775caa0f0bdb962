package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaEvent;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.PinnedMemory;
import io.charlstm.runtime.LaneTokens;
import io.charlstm.runtime.ownership.Resources;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A place on the device for one chunk of lanes, and the page-locked buffer it is filled from. */
final class LaneSlot implements AutoCloseable {
  private final Resources resources = new Resources();
  private final LaneTokens tokens;
  private final int vocabulary;
  private final CudaStream copies;
  private final long base;
  private final long offset;
  private MemorySegment staging;
  private CudaEvent copied;
  private CudaEvent released;
  private long chunk = -1;

  /**
   * Without its host memory yet.
   *
   * @param copies stream of the copies to the device
   * @param base address that offsets count from
   * @param offset of this slot, in elements
   */
  LaneSlot(LaneTokens tokens, int vocabulary, CudaStream copies, long base, long offset) {
    this.tokens = tokens;
    this.vocabulary = vocabulary;
    this.copies = copies;
    this.base = base;
    this.offset = offset;
  }

  void allocate(long elements) {
    staging = resources.own(PinnedMemory.allocate(4 * elements, "a chunk of the text")).segment();
    copied = resources.own(CudaEvent.create(false));
    released = resources.own(CudaEvent.create(false));
    copied.record(copies);
    released.record(copies);
  }

  /** The chunk it holds or is being filled with; -1 for none. */
  long chunk() {
    return chunk;
  }

  long offset() {
    return offset;
  }

  /**
   * Reads a chunk and queues its copy, after the work that still reads this slot.
   *
   * @throws IllegalArgumentException if a token is not in 0..V-1
   */
  void load(long newChunk, long firstWindow, int windows) {
    chunk = -1;
    // The buffer is free when its last copy is done.
    copied.synchronize();
    tokens.readLanes(firstWindow, windows, staging);
    long width = (long) windows * tokens.sequenceLength() + 1;
    long elements = width * tokens.batchSize();
    requireTokens(elements);
    copies.waitFor(released);
    copies.copyToDevice(base + 4 * offset, staging, 4 * elements);
    copied.record(copies);
    chunk = newChunk;
  }

  // Kernels use them as row numbers.
  private void requireTokens(long elements) {
    for (long i = 0; i < elements; i++) {
      int token = staging.getAtIndex(ValueLayout.JAVA_INT, i);
      if (token < 0 || token >= vocabulary) {
        throw new IllegalArgumentException(
            "token " + token + " of the text is outside of the vocabulary of " + vocabulary);
      }
    }
  }

  /** Lets what {@code stream} queues from here on wait for the chunk. */
  void await(CudaStream stream) {
    stream.waitFor(copied);
  }

  /** What {@code stream} has queued so far is the last that reads the chunk. */
  void release(CudaStream stream) {
    released.record(stream);
  }

  @Override
  public void close() {
    resources.close();
  }
}

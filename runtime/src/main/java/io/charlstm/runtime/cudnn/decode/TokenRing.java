package io.charlstm.runtime.cudnn.decode;

import io.charlstm.bindings.cuda.CudaEvent;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.PinnedMemory;
import io.charlstm.runtime.ownership.Resources;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Chunks of tokens on their way to the host, the oldest first, in pinned memory. */
final class TokenRing implements AutoCloseable {
  private static final int SLOTS = 4;

  private final Resources resources = new Resources();
  private final CudaStream stream;
  private final int streams;
  private final long slotBytes;
  private final MemorySegment tokens;
  private final CudaEvent[] arrived = new CudaEvent[SLOTS];
  private final int[] steps = new int[SLOTS];
  private int oldest;
  private int underWay;

  /** A ring for chunks (CHUNK, S). */
  TokenRing(CudaStream stream, int streams) {
    this.stream = stream;
    this.streams = streams;
    slotBytes = (long) DecoderBuffers.CHUNK * streams * Integer.BYTES;
    try {
      tokens =
          resources.own(PinnedMemory.allocate(SLOTS * slotBytes, "tokens on their way")).segment();
      for (int slot = 0; slot < SLOTS; slot++) {
        arrived[slot] = resources.own(CudaEvent.create(false));
      }
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  /** Chunks sent and not yet received. */
  int underWay() {
    return underWay;
  }

  boolean isFull() {
    return underWay == SLOTS;
  }

  /** Queues the sending of a chunk's first rows. */
  void send(long drawn, int count) {
    int slot = (oldest + underWay) % SLOTS;
    long bytes = (long) count * streams * Integer.BYTES;
    stream.copyToHost(tokens.asSlice(slot * slotBytes, bytes), drawn, bytes);
    arrived[slot].record(stream);
    steps[slot] = count;
    underWay++;
  }

  /**
   * Waits for the oldest chunk and copies it out.
   *
   * @param at element of the destination where it begins
   * @return its number of steps
   */
  int receive(int[] destination, int at) {
    arrived[oldest].synchronize();
    int count = steps[oldest];
    long from = oldest * slotBytes;
    MemorySegment.copy(tokens, ValueLayout.JAVA_INT, from, destination, at, count * streams);
    oldest = (oldest + 1) % SLOTS;
    underWay--;
    return count;
  }

  /** Forgets the chunks under way; the stream must have come to their end. */
  void clear() {
    underWay = 0;
  }

  @Override
  public void close() {
    resources.close();
  }
}

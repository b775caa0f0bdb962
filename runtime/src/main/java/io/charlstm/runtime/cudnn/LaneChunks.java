package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.runtime.LaneTokens;
import io.charlstm.runtime.cudnn.DeviceBuffers.Block;
import io.charlstm.runtime.ownership.Resources;
import java.util.ArrayList;
import java.util.List;

/**
 * A text's lanes on the device: all of them when they fit, else in chunks of some windows that two
 * buffers hold in turn, the next one on its way while the device works on the current one. For the
 * device thread.
 */
final class LaneChunks implements AutoCloseable {
  /** More than this is not kept on the device at a time, though it may fit. */
  static final long LARGEST_RESIDENT = 256L << 20;

  private final Resources resources = new Resources();
  private final CudaStream stream;
  private final LaneTokens tokens;
  private final long chunkWindows;
  private final Block block;
  private final List<LaneSlot> slots = new ArrayList<>();
  private final KernelLaunch setChunk;
  private final CudaStream copies;
  private LaneSlot current;
  private boolean named;

  /**
   * Takes memory for the lanes.
   *
   * @param vocabulary V, which tokens are checked against
   * @param budget bytes of device memory for them; at least two windows are kept in any case
   */
  LaneChunks(CudnnNetwork network, LaneTokens tokens, int vocabulary, long budget) {
    this.tokens = tokens;
    CudnnBackend backend = network.backend();
    this.stream = backend.stream();
    this.chunkWindows = chunkWindows(tokens, budget);
    int count = chunkWindows == tokens.windows() ? 1 : 2;
    long elements = elements(tokens, chunkWindows);
    try {
      DeviceBuffers device = resources.own(new DeviceBuffers("the text"));
      block = device.add("tokens", Math.multiplyExact(elements, (long) count), 4);
      device.allocate(backend.cudaDevice());
      copies = resources.own(CudaStream.create());
      for (int i = 0; i < count; i++) {
        LaneSlot slot = new LaneSlot(tokens, vocabulary, copies, block.address(), i * elements);
        slots.add(resources.own(slot));
        slot.allocate(elements);
      }
      setChunk =
          new Launches(backend, resources)
              .single("charlstm_set_chunk", network.stateAddress(), 0L, 0L, 0L);
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  // int32 (B,n*T+1).
  private static long elements(LaneTokens tokens, long windows) {
    long width = Math.addExact(Math.multiplyExact(windows, (long) tokens.sequenceLength()), 1L);
    return Math.multiplyExact(width, (long) tokens.batchSize());
  }

  private static long chunkWindows(LaneTokens tokens, long budget) {
    long all = tokens.windows();
    if (4 * elements(tokens, all) <= budget && all <= Integer.MAX_VALUE) {
      return all;
    }
    long window = 4L * tokens.sequenceLength() * tokens.batchSize();
    return Math.clamp(budget / 2 / window, 1, Math.min(all, Integer.MAX_VALUE));
  }

  /** Address that the chunks' element offsets count from. */
  long address() {
    return block.address();
  }

  /** Whether all lanes are on the device at once. */
  boolean resident() {
    return slots.size() == 1;
  }

  /** Forgets which chunk the state names: the next {@link #use} names it again. */
  void forget() {
    named = false;
  }

  /** Lets the work queued from here on find window {@code inEpoch} in the state's chunk. */
  void use(long inEpoch) {
    long chunk = inEpoch / chunkWindows;
    if (named && current.chunk() == chunk) {
      return;
    }
    LaneSlot slot = slotFor(chunk);
    slot.await(stream);
    setChunk.setLong(1, chunk * chunkWindows);
    setChunk.setLong(2, windowsIn(chunk));
    setChunk.setLong(3, slot.offset());
    setChunk.run();
    LaneSlot before = current;
    current = slot;
    named = true;
    if (before != null && before != slot) {
      before.release(stream);
    }
    prefetch((chunk + 1) % Math.ceilDiv(tokens.windows(), chunkWindows));
  }

  private LaneSlot slotFor(long chunk) {
    for (LaneSlot slot : slots) {
      if (slot.chunk() == chunk) {
        return slot;
      }
    }
    LaneSlot free = slots.getFirst() == current ? slots.getLast() : slots.getFirst();
    load(free, chunk);
    return free;
  }

  private void prefetch(long chunk) {
    for (LaneSlot slot : slots) {
      if (slot.chunk() == chunk) {
        return;
      }
    }
    load(slots.getFirst() == current ? slots.getLast() : slots.getFirst(), chunk);
  }

  private void load(LaneSlot slot, long chunk) {
    slot.load(chunk, chunk * chunkWindows, Math.toIntExact(windowsIn(chunk)));
  }

  private long windowsIn(long chunk) {
    return Math.min(chunkWindows, tokens.windows() - chunk * chunkWindows);
  }

  @Override
  public void close() {
    try {
      copies.synchronize();
    } catch (RuntimeException e) {
      resources.abandon(e);
      throw e;
    }
    resources.close();
  }
}

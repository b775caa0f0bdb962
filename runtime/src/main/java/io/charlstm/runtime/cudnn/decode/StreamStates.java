package io.charlstm.runtime.cudnn.decode;

import io.charlstm.bindings.cuda.CudaDevice;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.runtime.cudnn.DeviceBuffers;

/**
 * All that a step changes, in one block so that one copy saves it: h twice, as a step reads one and
 * writes the other, c, logits, seeds and numbers of draws.
 */
final class StreamStates implements AutoCloseable {
  private static final long ALIGNMENT = 256;

  private final DeviceBuffers.Block block;
  private final DeviceBuffers saved = new DeviceBuffers("the decoder");
  private final DeviceBuffers.Block[] copies;
  private final CudaDevice device;
  private final long layerBytes;
  private final long hiddenBytes;
  private final long cell;
  private final long logits;
  private final long seeds;
  private final long draws;
  private boolean copiesAllocated;

  /**
   * Announces its memory.
   *
   * @param copies states that can be kept at a time; their memory is taken at the first
   */
  StreamStates(DecodeShape shape, DeviceBuffers buffers, CudaDevice device, int copies) {
    this.device = device;
    layerBytes = shape.layerState() * Float.BYTES;
    hiddenBytes = shape.state() * Float.BYTES;
    cell = align(2 * hiddenBytes);
    logits = align(cell + hiddenBytes);
    seeds = align(logits + shape.logits() * Float.BYTES);
    draws = align(seeds + (long) shape.streams() * Long.BYTES);
    long bytes = draws + (long) shape.streams() * Long.BYTES;
    block = buffers.add("state of the streams", bytes, 1);
    this.copies = new DeviceBuffers.Block[copies];
    for (int i = 0; i < copies; i++) {
      this.copies[i] = saved.add("a copy of the streams' state", bytes, 1);
    }
  }

  private static long align(long bytes) {
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }

  /** h of all layers, (L, S, padded H). */
  long hidden(int parity) {
    return block.address() + parity * hiddenBytes;
  }

  /** h of one layer. */
  long hidden(int parity, int layer) {
    return hidden(parity) + layer * layerBytes;
  }

  long cell() {
    return block.address() + cell;
  }

  long cell(int layer) {
    return cell() + layer * layerBytes;
  }

  long logits() {
    return block.address() + logits;
  }

  long seeds() {
    return block.address() + seeds;
  }

  long draws() {
    return block.address() + draws;
  }

  /** Queues zeros for all of it, padding included. */
  void clear(CudaStream stream) {
    stream.fill(block.address(), 0, block.bytes());
  }

  /** Queues a copy of the state as it is when the stream comes to it. */
  void save(CudaStream stream, int copy) {
    if (!copiesAllocated) {
      saved.allocate(device);
      copiesAllocated = true;
    }
    stream.copyOnDevice(copies[copy].address(), block.address(), block.bytes());
  }

  /** Queues the way back to a saved state. */
  void restore(CudaStream stream, int copy) {
    stream.copyOnDevice(block.address(), copies[copy].address(), block.bytes());
  }

  /** Frees the copies. */
  @Override
  public void close() {
    saved.close();
  }
}

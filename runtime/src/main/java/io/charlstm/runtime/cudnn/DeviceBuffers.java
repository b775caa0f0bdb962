package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaDevice;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.DeviceMemory;
import io.charlstm.runtime.ownership.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The device memory of one object: first all blocks are announced, then they are allocated
 * together, or refused together when the device has not as much free.
 */
public final class DeviceBuffers implements AutoCloseable {
  // What cudaMalloc rounds to, at least; so the sum is a lower bound close to the truth.
  private static final long GRANULE = 256;

  private final Resources resources = new Resources();
  private final List<Block> blocks = new ArrayList<>();
  private final String owner;
  private long bytes;

  /**
   * Without any block yet.
   *
   * @param owner whose memory it is, for messages: {@code the network}
   */
  public DeviceBuffers(String owner) {
    this.owner = owner;
  }

  /** A block whose address is known once {@link #allocate} was called. */
  public static final class Block {
    private final String what;
    private final long bytes;
    private long address;

    private Block(String what, long bytes) {
      this.what = what;
      this.bytes = bytes;
    }

    /** Device address; 0 for a block of no bytes. */
    public long address() {
      return address;
    }

    public long bytes() {
      return bytes;
    }
  }

  /** Announces a block; one of 0 bytes is never allocated. */
  public Block add(String what, long count, long elementBytes) {
    try {
      Block block = new Block(what, Math.multiplyExact(count, elementBytes));
      bytes = Math.addExact(bytes, Math.ceilDiv(block.bytes, GRANULE) * GRANULE);
      blocks.add(block);
      return block;
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          owner + " needs more than " + Long.MAX_VALUE + " bytes of GPU memory", e);
    }
  }

  /** Bytes of all blocks. */
  public long bytes() {
    return bytes;
  }

  /**
   * Allocates what was announced; contents are undefined.
   *
   * @throws IllegalArgumentException if less memory is free on the device
   * @throws io.charlstm.bindings.NativeException if an allocation fails all the same
   */
  public void allocate(CudaDevice device) {
    requireFits(device);
    try {
      for (Block block : blocks) {
        if (block.bytes > 0) {
          block.address =
              resources
                  .own(DeviceMemory.allocate(block.bytes, block.what + " of " + owner))
                  .address();
        }
      }
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  /** Queues zeros for all blocks. */
  public void zero(CudaStream stream) {
    for (Block block : blocks) {
      if (block.bytes > 0) {
        stream.fill(block.address, 0, block.bytes);
      }
    }
  }

  /** Throws as {@link #allocate} does, without allocating. */
  public void requireFits(CudaDevice device) {
    long free = device.freeMemory();
    if (bytes > free) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s needs %d bytes (%.1f GiB) of GPU memory, %s has %d (%.1f GiB) free of %.1f GiB",
              owner,
              bytes,
              bytes / 0x1p30,
              device.name(),
              free,
              free / 0x1p30,
              device.totalMemory() / 0x1p30));
    }
  }

  @Override
  public void close() {
    resources.close();
  }
}

package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaEvent;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.PinnedMemory;
import io.charlstm.runtime.cudnn.DeviceBuffers.Block;
import io.charlstm.runtime.ownership.Resources;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Learning rates on the device, for the steps asked for: that of step s at s % {@link #COUNT}. */
final class RateTable implements AutoCloseable {
  static final int COUNT = 256;

  private final Resources resources = new Resources();
  private final CudaStream stream;
  private final Block block;
  private final MemorySegment staging;
  private final CudaEvent copied;

  RateTable(CudnnBackend backend) {
    this.stream = backend.stream();
    try {
      DeviceBuffers device = resources.own(new DeviceBuffers("the steps"));
      block = device.add("learning rates", COUNT, 8);
      device.allocate(backend.cudaDevice());
      staging = resources.own(PinnedMemory.allocate(8 * COUNT, "learning rates")).segment();
      copied = resources.own(CudaEvent.create(false));
      copied.record(stream);
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  long address() {
    return block.address();
  }

  /**
   * Queues the copy of the rates of up to {@link #COUNT} steps.
   *
   * @param firstStep step of {@code rates[from]}
   */
  void load(long firstStep, double[] rates, int from, int count) {
    copied.synchronize();
    int start = (int) (firstStep % COUNT);
    int untilEnd = Math.min(count, COUNT - start);
    copy(start, rates, from, untilEnd);
    copy(0, rates, from + untilEnd, count - untilEnd);
    copied.record(stream);
  }

  private void copy(int index, double[] rates, int from, int count) {
    if (count > 0) {
      MemorySegment.copy(rates, from, staging, ValueLayout.JAVA_DOUBLE, 8L * index, count);
      stream.copyToDevice(
          block.address() + 8L * index, staging.asSlice(8L * index, 8L * count), 8L * count);
    }
  }

  @Override
  public void close() {
    resources.close();
  }
}

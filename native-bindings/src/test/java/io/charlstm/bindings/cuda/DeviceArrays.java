package io.charlstm.bindings.cuda;

import io.charlstm.bindings.ownership.Construction;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;

/** Float arrays on the device for a test: filled, read back, and freed together. */
final class DeviceArrays implements AutoCloseable {
  private final Deque<AutoCloseable> blocks = new ArrayDeque<>();
  final CudaStream stream;

  DeviceArrays() {
    stream = CudaStream.create();
    blocks.push(stream);
  }

  /** The address of a copy of these values. */
  long of(float... values) {
    long address = bytes(4L * values.length);
    write(address, values);
    return address;
  }

  /** The address of a block that is not initialised. */
  long bytes(long count) {
    DeviceMemory memory = DeviceMemory.allocate(count, "test array");
    blocks.push(memory);
    return memory.address();
  }

  void write(long address, float... values) {
    long bytes = 4L * values.length;
    try (PinnedMemory host = PinnedMemory.allocate(bytes, "test array")) {
      MemorySegment.copy(values, 0, host.segment(), ValueLayout.JAVA_FLOAT, 0, values.length);
      stream.copyToDevice(address, host.segment(), bytes);
      stream.synchronize();
    }
  }

  float[] read(long address, int count) {
    try (PinnedMemory host = PinnedMemory.allocate(4L * count, "test array")) {
      stream.copyToHost(host.segment(), address, 4L * count);
      stream.synchronize();
      return host.segment().toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  @Override
  public void close() {
    Construction.closeAll(blocks);
  }
}

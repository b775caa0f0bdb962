package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.DeviceMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Some values on the device, and reading them back. */
final class DeviceArray implements AutoCloseable {
  private final CudaStream stream;
  private final DeviceMemory memory;

  private DeviceArray(CudaStream stream, long bytes) {
    this.stream = stream;
    memory = DeviceMemory.allocate(Math.max(1, bytes), "a test's array");
  }

  static DeviceArray ofBytes(CudaStream stream, long bytes) {
    return new DeviceArray(stream, bytes);
  }

  static DeviceArray of(CudaStream stream, MemorySegment values) {
    DeviceArray array = new DeviceArray(stream, values.byteSize());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(Math.max(1, values.byteSize()), 8).copyFrom(values);
      stream.copyToDevice(array.address(), copy, values.byteSize());
      stream.synchronize();
    }
    return array;
  }

  long address() {
    return memory.address();
  }

  MemorySegment read() {
    MemorySegment copy = Arena.ofAuto().allocate(memory.byteSize(), 8);
    stream.copyToHost(copy, address(), memory.byteSize());
    stream.synchronize();
    return copy;
  }

  float[] floats() {
    return read().toArray(ValueLayout.JAVA_FLOAT);
  }

  int[] ints() {
    return read().toArray(ValueLayout.JAVA_INT);
  }

  /** Values of the type of a precision's activations. */
  float[] typed(Precision precision) {
    if (!precision.isHalf()) {
      return floats();
    }
    short[] bits = read().toArray(ValueLayout.JAVA_SHORT);
    float[] values = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      values[i] = Rounding.value(precision, bits[i]);
    }
    return values;
  }

  @Override
  public void close() {
    memory.close();
  }
}

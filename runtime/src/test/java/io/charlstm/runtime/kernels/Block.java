package io.charlstm.runtime.kernels;

import io.charlstm.bindings.memory.NativeMemory;
import java.util.SplittableRandom;

/** Float arrays in native memory for kernel tests, one slab for each instance. */
final class Block implements AutoCloseable {
  private final NativeMemory memory = NativeMemory.allocate(1 << 20);

  /** Address of a copy of the values. */
  long of(float... values) {
    long address = memory.carve(4L * values.length);
    Floats.write(address, values, 0, values.length);
    return address;
  }

  /** Address of int32 values. */
  long ofInts(int... values) {
    long address = memory.carve(4L * values.length);
    for (int i = 0; i < values.length; i++) {
      Floats.setInt(address + 4L * i, values[i]);
    }
    return address;
  }

  static float[] read(long address, int count) {
    float[] values = new float[count];
    Floats.read(address, values, 0, count);
    return values;
  }

  static float[] random(long seed, int count, double bound) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-bound, bound);
    }
    return values;
  }

  @Override
  public void close() {
    memory.close();
  }
}

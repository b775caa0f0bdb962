package io.charlstm.bindings.cuda;

import io.charlstm.testing.cuda.CudaUnderTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Runs a kernel of a {@code .cu} file beside this class over one vector. */
final class TestKernels {
  private final byte[] cubin;

  TestKernels(String file) {
    cubin = DeviceCode.of(read(file), file);
  }

  /**
   * Runs {@code kernel(float* a, int n)} on a device that was reset, when it is pretended.
   *
   * @param seed of the order of blocks and threads
   * @return the vector afterwards
   */
  float[] run(long seed, String kernel, int grid, int block, float[] vector) {
    CudaUnderTest.reset();
    CudaUnderTest.setSeed(seed);
    CudaDevice.of(0).makeCurrent();
    long bytes = (long) vector.length * Float.BYTES;
    try (CudaStream stream = CudaStream.create();
        DeviceMemory device = DeviceMemory.allocate(bytes, "vector");
        PinnedMemory host = PinnedMemory.allocate(bytes, "vector");
        KernelModule module = KernelModule.load(cubin, "test kernels");
        KernelCall call = module.kernel(kernel).call(device.address(), vector.length)) {
      MemorySegment.copy(vector, 0, host.segment(), ValueLayout.JAVA_FLOAT, 0, vector.length);
      stream.copyToDevice(device.address(), host.segment(), bytes);
      call.launch(stream, grid, block);
      stream.synchronize();
      stream.copyToHost(host.segment(), device.address(), bytes);
      stream.synchronize();
      return host.segment().toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  private static String read(String file) {
    try (InputStream in = TestKernels.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

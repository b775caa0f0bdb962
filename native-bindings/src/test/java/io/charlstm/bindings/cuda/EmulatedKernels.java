package io.charlstm.bindings.cuda;

import io.charlstm.testing.cuda.CudaDouble;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs a kernel of a {@code .cu} file beside this class on the double, over one vector. */
final class EmulatedKernels {
  private final CudaDouble cuda;
  private final byte[] cubin;

  EmulatedKernels(CudaDouble cuda, String file) {
    this.cuda = cuda;
    this.cubin = Nvrtc.compile(read(file), file, List.of("--gpu-architecture=sm_90")).cubin();
  }

  /**
   * Runs {@code kernel(float* a, int n)} on a device that was reset.
   *
   * @param seed of the order of blocks and threads
   * @return the vector afterwards
   */
  float[] run(long seed, String kernel, int grid, int block, float[] vector) {
    cuda.reset();
    cuda.setSeed(seed);
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
    try (InputStream in = EmulatedKernels.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

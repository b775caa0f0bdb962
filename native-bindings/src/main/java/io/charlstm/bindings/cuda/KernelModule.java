package io.charlstm.bindings.cuda;

import io.charlstm.bindings.gen.cudriver.CudaDriverApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Compiled kernels, loaded into the calling thread's current context. */
public final class KernelModule extends CudaHandle {
  private final String name;

  private KernelModule(long module, String name) {
    super("CUDA module", module);
    this.name = name;
  }

  /**
   * Loads machine code.
   *
   * @param cubin what {@link Nvrtc#compile} gives for this device's architecture
   * @param name what to call it in errors
   */
  public static KernelModule load(byte[] cubin, String name) {
    CudaLibraries.require(CudaLibrary.DRIVER);
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment image = scratch.allocate(cubin.length + 1L, Long.BYTES);
      MemorySegment.copy(cubin, 0, image, ValueLayout.JAVA_BYTE, 0, cubin.length);
      return new KernelModule(
          create(
              (function, status) -> DriverStatus.check(function, status, "kernels " + name),
              "cuModuleLoadData",
              out -> CudaDriverApi.cuModuleLoadData(out, image)),
          name);
    }
  }

  /**
   * A kernel of this module, usable as long as the module is open.
   *
   * @throws io.charlstm.bindings.NativeException when there is none of that name
   */
  public Kernel kernel(String kernel) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment text = scratch.allocateFrom(kernel, StandardCharsets.UTF_8);
      return new Kernel(
          this,
          kernel,
          create(
              (function, status) ->
                  DriverStatus.check(function, status, "kernel " + kernel + " of " + name),
              "cuModuleGetFunction",
              out -> CudaDriverApi.cuModuleGetFunction(out, segmentPointer(), text)));
    }
  }

  @Override
  void destroy(long object) {
    DriverStatus.check(
        "cuModuleUnload", CudaDriverApi.cuModuleUnload(MemorySegment.ofAddress(object)));
  }
}

package io.charlstm.bindings.cuda;

import io.charlstm.bindings.gen.cudriver.CudaDriverApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One kernel of a {@link KernelModule}. */
public final class Kernel {
  private final KernelModule module;
  private final String name;
  private final long function;

  Kernel(KernelModule module, String name, long function) {
    this.module = module;
    this.name = name;
    this.function = function;
  }

  public String name() {
    return name;
  }

  /**
   * Prepares a call with these first arguments, in the order of the kernel's parameters. CUDA does
   * not check their number or types.
   *
   * @param typedArguments {@code Long} for a pointer or 64-bit integer, {@code Integer}, {@code
   *     Float}, {@code Double}
   */
  public KernelCall call(Object... typedArguments) {
    return new KernelCall(this, typedArguments);
  }

  /** Registers that a thread needs. */
  public int registers() {
    return attribute(CudaDriverApi.CU_FUNC_ATTRIBUTE_NUM_REGS());
  }

  /** Bytes of static shared memory that a block needs. */
  public int sharedBytes() {
    return attribute(CudaDriverApi.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES());
  }

  /** Bytes of local memory that a thread needs: more than 0 means registers were spilled. */
  public int localBytes() {
    return attribute(CudaDriverApi.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES());
  }

  /** Threads that a block may have. */
  public int maxThreadsPerBlock() {
    return attribute(CudaDriverApi.CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK());
  }

  /** The {@code CUfunction}; throws once the module is closed. */
  long function() {
    long _ = module.pointer();
    return function;
  }

  private int attribute(int attribute) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment value = scratch.allocate(ValueLayout.JAVA_INT);
      DriverStatus.check(
          "cuFuncGetAttribute",
          CudaDriverApi.cuFuncGetAttribute(value, attribute, MemorySegment.ofAddress(function())),
          name);
      return value.get(ValueLayout.JAVA_INT, 0);
    }
  }
}

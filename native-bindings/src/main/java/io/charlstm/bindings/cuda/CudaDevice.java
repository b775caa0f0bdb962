package io.charlstm.bindings.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.gen.cudart.CudaRuntimeApi;
import io.charlstm.bindings.gen.cudriver.CudaDriverApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** A GPU of this machine, by CUDA's number for it. CUDA keeps a current device per thread. */
public final class CudaDevice {
  private static final long NAME_BYTES = 256;

  private final int ordinal;

  private CudaDevice(int ordinal) {
    this.ordinal = ordinal;
  }

  /**
   * How many GPUs there are.
   *
   * @throws NativeException 35 without a driver or with one that is too old, 100 without a GPU
   */
  public static int count() {
    CudaLibraries.require(CudaLibrary.RUNTIME);
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment count = scratch.allocate(JAVA_INT);
      CudaStatus.check("cudaGetDeviceCount", CudaRuntimeApi.cudaGetDeviceCount(count));
      return count.get(JAVA_INT, 0);
    }
  }

  /**
   * The device of a number.
   *
   * @throws IllegalArgumentException when there is none of that number
   */
  public static CudaDevice of(int ordinal) {
    int count = CudaStack.get().deviceCount();
    if (ordinal < 0 || ordinal >= count) {
      throw new IllegalArgumentException(
          "there is no GPU " + ordinal + ": this machine has " + count + ", numbered from 0");
    }
    return withoutCheck(ordinal);
  }

  /** The device of a number that is known to exist, also when the stack is not usable. */
  static CudaDevice withoutCheck(int ordinal) {
    return new CudaDevice(ordinal);
  }

  /**
   * Makes this the current device of the calling thread, which must be a platform thread, and sees
   * to it that the device's primary context exists.
   */
  public void makeCurrent() {
    CudaStatus.check("cudaSetDevice", CudaRuntimeApi.cudaSetDevice(ordinal));
    long context =
        CudaHandle.create(DriverStatus::check, "cuCtxGetCurrent", CudaDriverApi::cuCtxGetCurrent);
    if (context == 0) {
      throw new IllegalStateException("cudaSetDevice(" + ordinal + ") made no context");
    }
  }

  public int ordinal() {
    return ordinal;
  }

  /** Its name, such as {@code NVIDIA H100}. */
  public String name() {
    try (Arena scratch = Arena.ofConfined()) {
      DriverStatus.check("cuInit", CudaDriverApi.cuInit(0));
      MemorySegment device = scratch.allocate(JAVA_INT);
      DriverStatus.check("cuDeviceGet", CudaDriverApi.cuDeviceGet(device, ordinal));
      MemorySegment name = scratch.allocate(NAME_BYTES);
      DriverStatus.check(
          "cuDeviceGetName",
          CudaDriverApi.cuDeviceGetName(name, (int) NAME_BYTES, device.get(JAVA_INT, 0)));
      return name.getString(0, StandardCharsets.UTF_8);
    }
  }

  /** Ten times the major plus the minor number: 90 for compute capability 9.0. */
  public int computeCapability() {
    return 10 * attribute(CudaRuntimeApi.cudaDevAttrComputeCapabilityMajor())
        + attribute(CudaRuntimeApi.cudaDevAttrComputeCapabilityMinor());
  }

  public int multiprocessors() {
    return attribute(CudaRuntimeApi.cudaDevAttrMultiProcessorCount());
  }

  /** Bytes of static shared memory that a block may have. */
  public int maxSharedMemoryPerBlock() {
    return attribute(CudaRuntimeApi.cudaDevAttrMaxSharedMemoryPerBlock());
  }

  /** Bytes free on this device, which becomes the calling thread's current one. */
  public long freeMemory() {
    return memory(0);
  }

  /** Bytes on this device, which becomes the calling thread's current one. */
  public long totalMemory() {
    return memory(1);
  }

  private long memory(int which) {
    CudaStatus.check("cudaSetDevice", CudaRuntimeApi.cudaSetDevice(ordinal));
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment sizes = scratch.allocate(JAVA_LONG, 2);
      CudaStatus.check(
          "cudaMemGetInfo",
          CudaRuntimeApi.cudaMemGetInfo(sizes, sizes.asSlice(JAVA_LONG.byteSize())));
      return sizes.getAtIndex(JAVA_LONG, which);
    }
  }

  private int attribute(int attribute) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment value = scratch.allocate(JAVA_INT);
      CudaStatus.check(
          "cudaDeviceGetAttribute",
          CudaRuntimeApi.cudaDeviceGetAttribute(value, attribute, ordinal));
      return value.get(JAVA_INT, 0);
    }
  }

  @Override
  public String toString() {
    return "cuda:" + ordinal;
  }
}

package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.runtime.ownership.Resources;

/** Prepares launches of the kernels on a backend's stream, with grids that fit its device. */
final class Launches {
  /** Threads of a block, unless a kernel wants another number. */
  static final int BLOCK = 256;

  // Enough blocks to fill a device; more threads than that take turns in loops.
  private static final int BLOCKS_PER_MULTIPROCESSOR = 8;

  private final CudnnBackend backend;
  private final CudaStream stream;
  private final Resources owner;

  /**
   * Launches that {@code owner} closes.
   *
   * @param owner of all launches made
   */
  Launches(CudnnBackend backend, Resources owner) {
    this(backend, backend.stream(), owner);
  }

  private Launches(CudnnBackend backend, CudaStream stream, Resources owner) {
    this.backend = backend;
    this.stream = stream;
    this.owner = owner;
  }

  /** The same on another stream. */
  Launches on(CudaStream other) {
    return new Launches(backend, other, owner);
  }

  /** A kernel whose threads share {@code items} among them in a loop. */
  KernelLaunch loop(String kernel, long items, Object... arguments) {
    return grid(kernel, loopGrid(items), BLOCK, arguments);
  }

  /** Blocks of {@link #loop}. */
  int loopGrid(long items) {
    long most = (long) BLOCKS_PER_MULTIPROCESSOR * backend.cudaDevice().multiprocessors();
    return (int) Math.clamp(Math.ceilDiv(items, (long) BLOCK), 1, most);
  }

  /** A kernel of exactly one thread. */
  KernelLaunch single(String kernel, Object... arguments) {
    return grid(kernel, 1, 1, arguments);
  }

  /** A kernel of one block. */
  KernelLaunch block(String kernel, Object... arguments) {
    return grid(kernel, 1, BLOCK, arguments);
  }

  /** A kernel with a warp for each of {@code items}. */
  KernelLaunch warps(String kernel, long items, Object... arguments) {
    return grid(kernel, Math.toIntExact(Math.ceilDiv(32 * items, (long) BLOCK)), BLOCK, arguments);
  }

  /** A kernel with a given grid. */
  KernelLaunch grid(String kernel, int grid, int block, Object... arguments) {
    return owner.own(
        new KernelLaunch(stream, backend.kernels().kernel(kernel).call(arguments), grid, block));
  }

  /** A kernel's name with the suffix of a type of activations: {@code _f32} ... */
  static String typed(String kernel, Precision precision) {
    return kernel + suffix(precision);
  }

  private static String suffix(Precision precision) {
    return switch (precision) {
      case FP32, TF32 -> "_f32";
      case FP16 -> "_f16";
      case BF16 -> "_bf16";
    };
  }
}

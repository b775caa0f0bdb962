package io.charlstm.runtime.cudnn;

import java.util.List;

/**
 * What to compile kernels for.
 *
 * @param architecture such as 90
 * @param virtual whether for {@code compute_90}, which gives PTX that the driver compiles for any
 *     later device, instead of machine code for {@code sm_90}
 */
record KernelTarget(int architecture, boolean virtual) {
  /**
   * The best that a compiler can do for a device: machine code for its architecture, else machine
   * code for an earlier minor version of the same major one, which the device runs as well, else
   * PTX of the newest architecture that the compiler knows.
   *
   * @param capability ten times the major plus the minor number of the compute capability
   * @param supported the compiler's architectures
   * @throws IllegalStateException when the device is older than all of them
   */
  static KernelTarget of(int capability, List<Integer> supported) {
    int best = 0;
    for (int architecture : supported) {
      if (architecture <= capability && architecture > best) {
        best = architecture;
      }
    }
    if (best == 0) {
      throw new IllegalStateException(
          "NVRTC compiles for architectures "
              + supported
              + ", all newer than the GPU's compute capability "
              + capability);
    }
    return new KernelTarget(best, best / 10 != capability / 10);
  }

  /** The compiler's options. */
  List<String> options() {
    String name = (virtual ? "compute_" : "sm_") + architecture;
    return List.of("--gpu-architecture=" + name, "--std=c++17");
  }
}

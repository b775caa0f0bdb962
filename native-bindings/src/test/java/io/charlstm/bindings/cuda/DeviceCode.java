package io.charlstm.bindings.cuda;

import java.util.List;

/** Compiles kernels of tests for the device that they run on, pretended or real. */
final class DeviceCode {
  private DeviceCode() {}

  static byte[] of(String source, String name) {
    String option = "--gpu-architecture=sm_" + CudaDevice.of(0).computeCapability();
    return Nvrtc.compile(source, name, List.of(option)).cubin();
  }
}

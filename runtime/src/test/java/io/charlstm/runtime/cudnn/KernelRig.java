package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaDevice;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.KernelCall;
import io.charlstm.bindings.cuda.KernelModule;
import io.charlstm.bindings.cuda.Nvrtc;
import io.charlstm.runtime.ownership.Resources;
import io.charlstm.testing.cuda.CudaUnderTest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The kernels of a training step with arrays on the device, on the double of the CUDA stack or a
 * GPU. Ends with an error when the double saw a race or a wrong access.
 */
final class KernelRig implements AutoCloseable {
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  /**
   * Seeds of the double, each of which orders blocks and threads in another way. A GPU just runs
   * the kernels as often.
   */
  static final long[] ORDERS = {0, 1, 2};

  private static byte[] compiled;

  private final Resources resources = new Resources();
  final CudaStream stream;
  private final KernelModule module;

  KernelRig() {
    CudaUnderTest.assumed();
    CudaUnderTest.reset();
    CudaDevice device = CudaDevice.of(0);
    device.makeCurrent();
    stream = resources.own(CudaStream.create());
    module = resources.own(KernelModule.load(compiled(device), "kernels"));
  }

  private static synchronized byte[] compiled(CudaDevice device) {
    if (compiled == null) {
      KernelTarget target =
          KernelTarget.of(device.computeCapability(), Nvrtc.supportedArchitectures());
      compiled = Nvrtc.compile(KernelSource.text(), KernelSource.NAME, target.options()).cubin();
    }
    return compiled;
  }

  /**
   * Runs a kernel and waits for it.
   *
   * @param kernel name without the prefix {@code charlstm_}
   */
  void run(String kernel, int grid, int block, Object... arguments) {
    try (KernelCall call = module.kernel("charlstm_" + kernel).call(arguments)) {
      call.launch(stream, grid, block);
      stream.synchronize();
    }
  }

  /** The variant of a kernel for a precision's activations. */
  static String typed(String kernel, Precision precision) {
    return Launches.typed(kernel, precision);
  }

  void setSeed(long seed) {
    CudaUnderTest.setSeed(seed);
  }

  DeviceArray floats(float... values) {
    return resources.own(DeviceArray.of(stream, MemorySegment.ofArray(values)));
  }

  DeviceArray doubles(double... values) {
    return resources.own(DeviceArray.of(stream, MemorySegment.ofArray(values)));
  }

  DeviceArray ints(int... values) {
    return resources.own(DeviceArray.of(stream, MemorySegment.ofArray(values)));
  }

  DeviceArray shorts(short... values) {
    return resources.own(DeviceArray.of(stream, MemorySegment.ofArray(values)));
  }

  /** Values rounded to the type of a precision's activations. */
  DeviceArray typed(Precision precision, float... values) {
    if (!precision.isHalf()) {
      return floats(values);
    }
    short[] bits = new short[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Rounding.bits(precision, values[i]);
    }
    return shorts(bits);
  }

  /** Memory that nothing has been written to. */
  DeviceArray bytes(long bytes) {
    return resources.own(DeviceArray.ofBytes(stream, bytes));
  }

  /** A fresh {@code StepState}. */
  DeviceArray state(float lossScale, int interval) {
    DeviceArray state = bytes(StepState.BYTES);
    run("state_init", 1, 32, state.address(), lossScale, interval);
    return state;
  }

  @Override
  public void close() {
    try {
      resources.close();
    } finally {
      CudaUnderTest.assertNothingWrong();
    }
  }
}

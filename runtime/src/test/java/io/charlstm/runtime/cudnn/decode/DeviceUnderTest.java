package io.charlstm.runtime.cudnn.decode;

import io.charlstm.bindings.cuda.BlasLtHandle;
import io.charlstm.bindings.cuda.CudaDevice;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.Kernel;
import io.charlstm.runtime.cudnn.DeviceThread;
import io.charlstm.runtime.cudnn.KernelLibrary;
import io.charlstm.runtime.ownership.Resources;
import io.charlstm.testing.cuda.CudaUnderTest;
import java.util.function.Supplier;

/** A device thread with a stream and the kernels, on the CUDA double or a GPU. */
final class DeviceUnderTest implements AutoCloseable {
  private final Resources resources = new Resources();
  final DeviceThread thread;
  final CudaDevice device;
  final CudaStream stream;
  final BlasLtHandle blas;
  private final KernelLibrary kernels;

  /** Skips the test where there is neither. */
  DeviceUnderTest() {
    CudaUnderTest.assumed();
    device = CudaDevice.of(0);
    thread = new DeviceThread("device-under-test");
    thread.run(device::makeCurrent);
    stream = own(CudaStream::create);
    blas = own(BlasLtHandle::create);
    kernels = own(() -> KernelLibrary.load(device));
  }

  /** Creates something on the device thread that is closed with this device. */
  <T extends AutoCloseable> T own(Supplier<T> creation) {
    return thread.call(() -> resources.own(creation.get()));
  }

  Kernel kernel(String name) {
    return kernels.kernel(name);
  }

  @Override
  public void close() {
    try {
      thread.run(resources::close);
    } finally {
      thread.close();
    }
  }
}

package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.BlasLtHandle;
import io.charlstm.bindings.cuda.CudaDevice;
import io.charlstm.bindings.cuda.CudaStack;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.CudnnHandle;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ownership.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Computes on one NVIDIA GPU with cuDNN, cuBLASLt and kernels of our own. */
public final class CudnnBackend implements Backend {
  private final Resources resources = new Resources();
  private final DeviceThread thread;
  private final CudaStack stack;
  private final CudaDevice device;
  private final Precision precision;
  private final BackendOptions options;
  private final CudaStream stream;
  private final CudnnHandle cudnn;
  private final BlasLtHandle blas;
  private final HostTransfer transfer;
  private final KernelLibrary kernels;
  private final List<LayerStream> layerStreams = new ArrayList<>();
  private volatile String lstm = "";

  /**
   * Takes a device.
   *
   * @param ordinal of the device, from 0
   * @param options precision, algorithm and whether to use graphs; the device's name is ignored
   * @throws io.charlstm.bindings.NativeLibraryException if the libraries cannot be loaded here
   * @throws io.charlstm.bindings.NativeException if the device cannot be used
   * @throws IllegalArgumentException if the precision is not available on it
   */
  public CudnnBackend(int ordinal, BackendOptions options) {
    this.options = options;
    stack = CudaStack.get();
    thread = new DeviceThread("cuda:" + ordinal);
    try {
      device = thread.call(() -> open(ordinal));
      precision = thread.call(() -> PrecisionChoice.of(options.precision(), device));
      stream = thread.call(() -> resources.own(CudaStream.create()));
      cudnn = thread.call(() -> resources.own(CudnnHandle.create(stream)));
      blas = thread.call(() -> resources.own(BlasLtHandle.create()));
      transfer = thread.call(() -> resources.own(new HostTransfer(stream)));
      kernels = thread.call(() -> resources.own(KernelLibrary.load(device)));
    } catch (RuntimeException | Error e) {
      thread.run(() -> resources.abandon(e));
      thread.close();
      throw e;
    }
  }

  private static CudaDevice open(int ordinal) {
    CudaDevice device = CudaDevice.of(ordinal);
    device.makeCurrent();
    return device;
  }

  /** The thread that makes all CUDA calls of this backend and of what it creates. */
  public DeviceThread thread() {
    return thread;
  }

  public CudaDevice cudaDevice() {
    return device;
  }

  /** The stream of training and scoring; for the device thread. */
  public CudaStream stream() {
    return stream;
  }

  /** Bound to {@link #stream}; for the device thread. */
  public CudnnHandle cudnn() {
    return cudnn;
  }

  /**
   * The stream of a layer, made when it is first asked for; the first is {@link #stream}. For the
   * device thread.
   */
  LayerStream layerStream(int layer) {
    while (layerStreams.size() <= layer) {
      boolean first = layerStreams.isEmpty();
      layerStreams.add(first ? new LayerStream(stream, cudnn) : resources.own(new LayerStream()));
    }
    return layerStreams.get(layer);
  }

  public BlasLtHandle blas() {
    return blas;
  }

  /** Copies in the order of {@link #stream}; for the device thread. */
  public HostTransfer transfer() {
    return transfer;
  }

  /** Our own kernels, for this device. */
  public KernelLibrary kernels() {
    return kernels;
  }

  /** Closes what queued work may use, once that is done. */
  void closeWhenIdle(Resources used) {
    try {
      stream.synchronize();
      // Their work has been waited for as well, unless something failed in between.
      for (LayerStream layer : layerStreams) {
        layer.stream().synchronize();
      }
    } catch (RuntimeException e) {
      // The work failed; its memory is not in use any more.
      used.abandon(e);
      throw e;
    }
    used.close();
  }

  public Precision arithmetic() {
    return precision;
  }

  public BackendOptions options() {
    return options;
  }

  @Override
  public String name() {
    return "cudnn";
  }

  @Override
  public String device() {
    return "cuda:" + device.ordinal();
  }

  @Override
  public String description() {
    int capability = device.computeCapability();
    return String.format(
            Locale.ROOT,
            "%s, compute capability %d.%d, CUDA %s, cuDNN %s, %s",
            device.name(),
            capability / 10,
            capability % 10,
            stack.runtimeVersion(),
            stack.cudnnVersion(),
            precision.label())
        + lstm;
  }

  /** Adds to the description how the LSTM is computed. */
  void describeLstm(String algorithm) {
    lstm = ", LSTM " + algorithm;
  }

  @Override
  public String precision() {
    return precision.label();
  }

  /** One: the thread that feeds the device. */
  @Override
  public int threads() {
    return 1;
  }

  @Override
  public Network createNetwork(NetworkConfig config) {
    return thread.call(() -> new CudnnNetwork(this, config));
  }

  @Override
  public void close() {
    if (thread.isOpen()) {
      try {
        thread.run(resources::close);
      } finally {
        thread.close();
      }
    }
  }
}

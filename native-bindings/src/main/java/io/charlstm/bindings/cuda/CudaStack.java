package io.charlstm.bindings.cuda;

import io.charlstm.bindings.NativeLibraryException;
import io.charlstm.bindings.gen.cudnn.CudnnApi;
import java.nio.file.Path;
import java.util.List;

/**
 * The whole CUDA stack of this process, with a driver and at least one GPU: loaded on first use and
 * never unloaded, or the stored reasons why it is not usable.
 */
public final class CudaStack {
  private final int deviceCount;

  CudaStack(int deviceCount) {
    this.deviceCount = deviceCount;
  }

  /** Whether {@link #get()} gives the stack; tries to load it when nobody did yet. */
  public static boolean isAvailable() {
    return Holder.ATTEMPT.stack() != null;
  }

  /** Why the stack is not usable, each with its cure; empty when it is. */
  public static List<String> unavailableReasons() {
    return Holder.ATTEMPT.reasons();
  }

  /**
   * The loaded stack.
   *
   * @throws NativeLibraryException with the reasons when it is not usable here
   */
  public static CudaStack get() {
    CudaStack stack = Holder.ATTEMPT.stack();
    if (stack == null) {
      throw new NativeLibraryException("CUDA", Holder.ATTEMPT.reasons());
    }
    return stack;
  }

  /** Everything found or missing, with versions, for which all libraries are opened. */
  public static List<LibraryFinding> findings() {
    return CudaFindings.collect();
  }

  /** The major version of CUDA that all libraries are of. */
  public int cudaMajor() {
    return CudaLibraries.cudaMajor();
  }

  /** Such as {@code 12.6}. */
  public String runtimeVersion() {
    return CudaVersions.of(CudaLibrary.RUNTIME);
  }

  /** The newest CUDA that the driver supports, such as {@code 12.8}. */
  public String driverVersion() {
    return CudaVersions.of(CudaLibrary.DRIVER);
  }

  /** Such as {@code 9.5.1}. */
  public String cudnnVersion() {
    return CudaVersions.of(CudaLibrary.CUDNN);
  }

  /** Such as 90501 for 9.5.1. */
  public int cudnnVersionNumber() {
    return (int) CudnnApi.cudnnGetVersion();
  }

  /** Such as {@code 12.6}. */
  public String nvrtcVersion() {
    return CudaVersions.of(CudaLibrary.NVRTC);
  }

  /** Such as {@code 12.6.3}. */
  public String cublasLtVersion() {
    return CudaVersions.of(CudaLibrary.CUBLASLT);
  }

  /** The folder that cuDNN was loaded from. */
  public Path folder() {
    return CudaLibraries.files().get(CudaLibrary.CUDNN).file().getParent();
  }

  int deviceCount() {
    return deviceCount;
  }

  /** Loads on first touch; the outcome stays. */
  private static final class Holder {
    static final CudaStackLoader.Attempt ATTEMPT = CudaStackLoader.attempt();
  }
}

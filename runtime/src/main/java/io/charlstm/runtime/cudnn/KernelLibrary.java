package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.cuda.CudaDevice;
import io.charlstm.bindings.cuda.Kernel;
import io.charlstm.bindings.cuda.KernelModule;
import io.charlstm.bindings.cuda.Nvrtc;
import io.charlstm.bindings.library.LibraryCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The kernels on one device: compiled by NVRTC for its architecture, or taken from the cache folder
 * where an earlier process kept them, and loaded into the calling thread's context. To be used and
 * closed on that thread.
 */
public final class KernelLibrary implements AutoCloseable {
  private final KernelModule module;

  private KernelLibrary(KernelModule module) {
    this.module = module;
  }

  /**
   * Loads the kernels into the device, which must be the calling thread's current one.
   *
   * @throws NativeException with the compiler's log when they do not compile
   */
  public static KernelLibrary load(CudaDevice device) {
    return load(device, LibraryCache.folder().resolve("kernels"));
  }

  /** As {@link #load(CudaDevice)} with a folder to keep compiled kernels in. */
  static KernelLibrary load(CudaDevice device, Path folder) {
    return load(device, KernelSource.text(), folder);
  }

  /** As {@link #load(CudaDevice)} with other kernels than the product's. */
  static KernelLibrary load(CudaDevice device, String source, Path folder) {
    KernelTarget target =
        KernelTarget.of(device.computeCapability(), Nvrtc.supportedArchitectures());
    KernelCache cache = new KernelCache(folder);
    String key = key(source, target);
    Optional<byte[]> kept = cache.find(key);
    if (kept.isPresent()) {
      try {
        return new KernelLibrary(KernelModule.load(kept.get(), KernelSource.NAME));
      } catch (NativeException e) {
        cache.drop(key); // whatever it is, the driver refuses it: what is compiled now decides
      }
    }
    byte[] code = Nvrtc.compile(source, KernelSource.NAME, target.options()).cubin();
    KernelModule module = KernelModule.load(code, KernelSource.NAME);
    cache.keep(key, code);
    return new KernelLibrary(module);
  }

  /** Everything that the compiled code depends on, the compiler's very file included. */
  private static String key(String source, KernelTarget target) {
    List<String> parts = new ArrayList<>(target.options());
    parts.add(source);
    parts.add(Nvrtc.version());
    Path compiler = Nvrtc.file();
    parts.add(compiler.toString());
    try {
      parts.add(Files.size(compiler) + " bytes of " + Files.getLastModifiedTime(compiler));
    } catch (IOException e) {
      parts.add("unknown"); // the system's loader found it elsewhere: its version must do
    }
    return KernelCache.key(parts);
  }

  /**
   * A kernel by its name in the source.
   *
   * @throws NativeException when there is none of that name
   */
  public Kernel kernel(String name) {
    return module.kernel(name);
  }

  /** The module with all kernels; it stays this library's. */
  KernelModule module() {
    return module;
  }

  /** Unloads the kernels; a second call does nothing. */
  @Override
  public void close() {
    module.close();
  }
}

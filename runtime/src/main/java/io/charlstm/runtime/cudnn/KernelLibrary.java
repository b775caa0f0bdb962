package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaDevice;
import io.charlstm.bindings.cuda.Kernel;
import io.charlstm.bindings.cuda.KernelModule;
import io.charlstm.bindings.cuda.Nvrtc;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Our kernels, compiled for one device. */
public final class KernelLibrary implements AutoCloseable {
  private final KernelModule module;

  private KernelLibrary(KernelModule module) {
    this.module = module;
  }

  static KernelLibrary load(CudaDevice device) {
    StringBuilder source = new StringBuilder();
    for (String name :
        List.of("common", "half", "state", "token_order", "embedding", "embedding_gradient",
            "dropout", "convert", "cross_entropy", "sums", "update", "optimizers")) {
      try (InputStream in = KernelLibrary.class.getResourceAsStream(name + ".cu")) {
        source.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new KernelLibrary(
        KernelModule.load(
            Nvrtc.compile(
                    source.toString(),
                    "charlstm.cu",
                    List.of("--gpu-architecture=sm_" + device.computeCapability()))
                .cubin(),
            "kernels"));
  }

  Kernel kernel(String name) {
    return module.kernel(name);
  }

  @Override
  public void close() {
    module.close();
  }
}

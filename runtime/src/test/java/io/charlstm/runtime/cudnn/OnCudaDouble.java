package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.bindings.cuda.CudaStack;
import io.charlstm.testing.cuda.CudaDouble;
import java.nio.file.Files;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Each test on a fresh double of the CUDA libraries, and nothing wrong with what it did: no
 * violation, nothing left on the device. Where there is no double but a GPU, the test runs on that.
 */
public final class OnCudaDouble implements BeforeEachCallback, AfterEachCallback {
  @Override
  public void beforeEach(ExtensionContext context) {
    if (isGpu()) {
      assumeTrue(CudaStack.isAvailable(), () -> String.join("; ", CudaStack.unavailableReasons()));
      return;
    }
    CudaDouble cuda = CudaDouble.assumed();
    cuda.reset();
    cuda.setSeed(context.getUniqueId().hashCode());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (isGpu()) {
      return;
    }
    CudaDouble cuda = CudaDouble.assumed();
    assertThat(cuda.violations()).isEmpty();
    if (context.getExecutionException().isEmpty()) {
      assertThat(cuda.liveReport()).isEmpty();
    }
  }

  private static boolean isGpu() {
    return !Files.isDirectory(CudaDouble.folder()) && CudaStack.isAvailable();
  }
}

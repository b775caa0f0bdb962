package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.testing.cuda.CudaDouble;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Each test on a fresh double of the CUDA libraries, and nothing wrong with what it did: no
 * violation, nothing left on the device.
 */
public final class OnCudaDouble implements BeforeEachCallback, AfterEachCallback {
  @Override
  public void beforeEach(ExtensionContext context) {
    CudaDouble cuda = CudaDouble.assumed();
    cuda.reset();
    cuda.setSeed(context.getUniqueId().hashCode());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    CudaDouble cuda = CudaDouble.assumed();
    assertThat(cuda.violations()).isEmpty();
    if (context.getExecutionException().isEmpty()) {
      assertThat(cuda.liveReport()).isEmpty();
    }
  }
}

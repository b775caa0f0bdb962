package io.charlstm.testing.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Each test on a fresh double of the CUDA libraries, and nothing wrong with what it did: no
 * violation, nothing left on the device. Where there is no double but a GPU, the test runs on that,
 * and must leave no owner of a native object open.
 */
public final class OnCudaDouble implements BeforeEachCallback, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(OnCudaDouble.class);
  private static final String HANDLES = "open handles";

  @Override
  public void beforeEach(ExtensionContext context) {
    CudaUnderTest.assumed();
    CudaUnderTest.reset();
    CudaUnderTest.setSeed(context.getUniqueId().hashCode());
    context.getStore(NAMESPACE).put(HANDLES, CudaUnderTest.openHandles());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Long handles = context.getStore(NAMESPACE).get(HANDLES, Long.class);
    if (handles == null) {
      return; // skipped
    }
    CudaUnderTest.assertNothingWrong();
    if (context.getExecutionException().isEmpty()) {
      CudaDouble.find().ifPresent(cuda -> assertThat(cuda.liveReport()).isEmpty());
      assertThat(CudaUnderTest.openHandles()).as("open native handles").isEqualTo(handles);
    }
  }
}

package io.charlstm.runtime.onednn;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.ShadowContractTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same contract where the Vector API is absent. */
class OneDnnPlainShadowContractTest extends ShadowContractTest {
  private static String kernelsBefore;

  @BeforeAll
  static void plainKernels() {
    kernelsBefore = OneDnnUnderTest.choosePlainKernels();
  }

  @AfterAll
  static void usualKernels() {
    OneDnnUnderTest.restoreKernels(kernelsBefore);
  }

  @Override
  protected Backend createBackend(int threads) {
    return OneDnnUnderTest.create(threads);
  }
}

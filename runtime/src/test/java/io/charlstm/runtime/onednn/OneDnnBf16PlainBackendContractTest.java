package io.charlstm.runtime.onednn;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same contract where the Vector API is absent. */
class OneDnnBf16PlainBackendContractTest extends OneDnnBf16BackendContractTest {
  private static String kernelsBefore;

  @BeforeAll
  static void plainKernels() {
    kernelsBefore = OneDnnUnderTest.choosePlainKernels();
  }

  @AfterAll
  static void usualKernels() {
    OneDnnUnderTest.restoreKernels(kernelsBefore);
  }
}

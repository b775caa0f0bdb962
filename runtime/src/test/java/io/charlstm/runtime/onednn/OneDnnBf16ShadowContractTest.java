package io.charlstm.runtime.onednn;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.ShadowContractTest;
import io.charlstm.runtime.contract.Tolerances;

class OneDnnBf16ShadowContractTest extends ShadowContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return OneDnnUnderTest.createBf16(threads);
  }

  @Override
  protected double tolerance() {
    return Tolerances.BF16;
  }
}

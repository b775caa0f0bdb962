package io.charlstm.runtime.onednn;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.ShadowContractTest;

class OneDnnShadowContractTest extends ShadowContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return OneDnnUnderTest.create(threads);
  }
}

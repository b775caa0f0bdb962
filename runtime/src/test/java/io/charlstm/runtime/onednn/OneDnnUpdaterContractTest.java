package io.charlstm.runtime.onednn;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.UpdaterContractTest;

class OneDnnUpdaterContractTest extends UpdaterContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return OneDnnUnderTest.create(threads);
  }
}

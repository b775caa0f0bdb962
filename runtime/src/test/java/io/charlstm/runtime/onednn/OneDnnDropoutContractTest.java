package io.charlstm.runtime.onednn;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.DropoutContractTest;

class OneDnnDropoutContractTest extends DropoutContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return OneDnnUnderTest.create(threads);
  }
}

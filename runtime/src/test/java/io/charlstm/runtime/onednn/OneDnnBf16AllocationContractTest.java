package io.charlstm.runtime.onednn;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.AllocationContractTest;

class OneDnnBf16AllocationContractTest extends AllocationContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return OneDnnUnderTest.createBf16(threads);
  }
}

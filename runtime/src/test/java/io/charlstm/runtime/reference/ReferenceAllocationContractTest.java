package io.charlstm.runtime.reference;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.AllocationContractTest;

class ReferenceAllocationContractTest extends AllocationContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return new ReferenceBackend();
  }
}

package io.charlstm.runtime.reference;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.BackendContractTest;

class ReferenceBackendContractTest extends BackendContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return new ReferenceBackend();
  }

  @Override
  protected int[] threadCounts() {
    return new int[] {1};
  }
}

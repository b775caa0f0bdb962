package io.charlstm.runtime.reference;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.DropoutContractTest;

class ReferenceDropoutContractTest extends DropoutContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return new ReferenceBackend();
  }

  @Override
  protected int[] threadCounts() {
    return new int[] {1};
  }
}

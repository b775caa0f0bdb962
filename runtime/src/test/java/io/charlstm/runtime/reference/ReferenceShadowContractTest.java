package io.charlstm.runtime.reference;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.ShadowContractTest;

class ReferenceShadowContractTest extends ShadowContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return new ReferenceBackend();
  }

  @Override
  protected int[] threadCounts() {
    return new int[] {1};
  }
}

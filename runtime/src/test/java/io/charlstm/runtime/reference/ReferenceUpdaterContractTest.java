package io.charlstm.runtime.reference;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.UpdaterContractTest;

class ReferenceUpdaterContractTest extends UpdaterContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return new ReferenceBackend();
  }

  @Override
  protected int[] threadCounts() {
    return new int[] {1};
  }

  // Checkpoints round the reference's doubles.
  @Override
  protected boolean bitExactResume() {
    return false;
  }
}

package io.charlstm.runtime.onednn;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.DropoutContractTest;

/** Masks and dropped weights where several threads share each shard. */
class OneDnnSplitDropoutContractTest extends DropoutContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return OneDnnUnderTest.create(OneDnnSplitBackendContractTest.split(threads));
  }

  @Override
  protected int[] threadCounts() {
    return new int[] {2, 3, 6};
  }
}

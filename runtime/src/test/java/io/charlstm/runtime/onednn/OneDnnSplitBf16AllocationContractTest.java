package io.charlstm.runtime.onednn;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.AllocationContractTest;

/** The same in bfloat16. */
class OneDnnSplitBf16AllocationContractTest extends AllocationContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return OneDnnUnderTest.createBf16(new PlanSplit(1, threads));
  }
}

package io.charlstm.runtime.onednn;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.AllocationContractTest;

/** The same contract where the threads share one shard. */
class OneDnnSplitAllocationContractTest extends AllocationContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return OneDnnUnderTest.create(new PlanSplit(1, threads));
  }
}

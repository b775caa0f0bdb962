package io.charlstm.runtime.onednn;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.BackendContractTest;

/** The same contract where several threads share each shard, more of them than processors too. */
class OneDnnSplitBackendContractTest extends BackendContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return OneDnnUnderTest.create(split(threads));
  }

  @Override
  protected int[] threadCounts() {
    return new int[] {2, 3, 6};
  }

  /** 2 or 3 slices of one shard, or 3 of each of two. */
  static PlanSplit split(int threads) {
    return threads == 6 ? new PlanSplit(2, 3) : new PlanSplit(1, threads);
  }
}

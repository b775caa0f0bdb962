package io.charlstm.runtime.onednn;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.DropoutContractTest;
import io.charlstm.runtime.contract.Tolerances;

/** The same in bfloat16. */
class OneDnnSplitBf16DropoutContractTest extends DropoutContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return OneDnnUnderTest.createBf16(OneDnnSplitBackendContractTest.split(threads));
  }

  @Override
  protected int[] threadCounts() {
    return new int[] {2, 3, 6};
  }

  @Override
  protected double tolerance() {
    return Tolerances.BF16;
  }

  @Override
  protected double sameBackendTolerance() {
    // Two ways of it: a training plan in bfloat16 and an evaluation plan in float32.
    return Tolerances.BF16;
  }

  @Override
  protected float[] kept(float[] h) {
    return OneDnnUnderTest.rounded(h);
  }
}

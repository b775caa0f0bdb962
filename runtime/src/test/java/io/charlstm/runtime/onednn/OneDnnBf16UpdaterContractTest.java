package io.charlstm.runtime.onednn;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.Tolerances;
import io.charlstm.runtime.contract.UpdaterContractTest;

class OneDnnBf16UpdaterContractTest extends UpdaterContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return OneDnnUnderTest.createBf16(threads);
  }

  @Override
  protected double updatesTolerance() {
    return Tolerances.BF16;
  }

  @Override
  protected double lossesTolerance() {
    return Tolerances.BF16_LOSSES;
  }

  @Override
  protected double momentsTolerance() {
    return Tolerances.BF16_MOMENTS;
  }
}

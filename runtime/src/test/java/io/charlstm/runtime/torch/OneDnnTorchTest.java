package io.charlstm.runtime.torch;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.Tolerances;
import io.charlstm.runtime.onednn.OneDnnUnderTest;

class OneDnnTorchTest extends TorchContractTest {
  @Override
  protected Backend createBackend() {
    return OneDnnUnderTest.create(2);
  }

  @Override
  protected double gradientTolerance() {
    return Tolerances.FP32;
  }

  @Override
  protected double lossTolerance() {
    return Tolerances.TEN_LOSSES;
  }
}

package io.charlstm.runtime.torch;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.Tolerances;
import io.charlstm.runtime.reference.ReferenceBackend;

class ReferenceTorchTest extends TorchContractTest {
  @Override
  protected Backend createBackend() {
    return new ReferenceBackend();
  }

  @Override
  protected double gradientTolerance() {
    return Tolerances.READ_AS_FP32;
  }

  @Override
  protected double lossTolerance() {
    return Tolerances.TORCH_FP64_LOSSES;
  }
}

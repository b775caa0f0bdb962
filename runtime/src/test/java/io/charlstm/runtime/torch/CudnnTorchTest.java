package io.charlstm.runtime.torch;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.Tolerances;
import io.charlstm.runtime.cudnn.CudnnUnderTest;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class CudnnTorchTest extends TorchContractTest {
  @Override
  protected Backend createBackend() {
    return CudnnUnderTest.create("fp32");
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

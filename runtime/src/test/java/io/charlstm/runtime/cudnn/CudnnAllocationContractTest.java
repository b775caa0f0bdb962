package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.AllocationContractTest;
import io.charlstm.testing.cuda.OnCudaDouble;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OnCudaDouble.class)
class CudnnAllocationContractTest extends AllocationContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return CudnnUnderTest.create("fp32");
  }
}

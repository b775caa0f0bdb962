package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.BackendContractTest;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class CudnnBackendContractTest extends BackendContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return CudnnUnderTest.create("fp32");
  }

  /** The host's threads do not matter. */
  @Override
  protected int[] threadCounts() {
    return new int[] {1};
  }
}

package io.charlstm.sampler;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Backends;
import io.charlstm.testing.cuda.CudaDouble;
import org.junit.jupiter.api.Tag;

@Tag(CudaDouble.TAG)
class CudnnTextGeneratorTest extends TextGeneratorContractTest {
  @Override
  Backend createBackend() {
    CudaDouble.assumed();
    return Backends.create("cuda", 1);
  }
}

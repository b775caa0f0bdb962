package io.charlstm.sampler;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Backends;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class CudnnTextGeneratorTest extends TextGeneratorContractTest {
  @Override
  Backend createBackend() {
    return Backends.create("cuda", 1);
  }
}

package io.charlstm.sampler;

import io.charlstm.runtime.Backend;

class OneDnnTextGeneratorTest extends TextGeneratorContractTest {
  @Override
  Backend createBackend() {
    return TestBackends.oneDnn(2);
  }
}

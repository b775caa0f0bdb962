package io.charlstm.sampler;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.reference.ReferenceBackend;

class ReferenceTextGeneratorTest extends TextGeneratorContractTest {
  @Override
  Backend createBackend() {
    return new ReferenceBackend();
  }
}

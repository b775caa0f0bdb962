package io.charlstm.runtime.onednn;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.DecoderContractTest;

class OneDnnDecoderContractTest extends DecoderContractTest {
  @Override
  protected Backend createBackend(int threads) {
    return OneDnnUnderTest.create(threads);
  }
}

package io.charlstm.runtime.onednn;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.bindings.onednn.OneDnn;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.contract.BackendContractTest;

class OneDnnBackendContractTest extends BackendContractTest {
  @Override
  protected Backend createBackend(int threads) {
    assumeTrue(OneDnn.isAvailable(), () -> String.join("; ", OneDnn.unavailableReasons()));
    return new OneDnnBackend(threads);
  }
}

package io.charlstm.sampler;

import static org.junit.jupiter.api.Assumptions.abort;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendUnavailableException;
import io.charlstm.runtime.Backends;

/** Backends that tests run on where they are available. */
final class TestBackends {
  private TestBackends() {}

  /** The fast CPU backend; the test is skipped with the reason where it is not available. */
  static Backend oneDnn(int threads) {
    try {
      return Backends.create("cpu", threads);
    } catch (BackendUnavailableException e) {
      return abort(e.getMessage());
    }
  }
}

package io.charlstm.trainer;

import io.charlstm.runtime.Backends;

/** Exact resume with the backend of the CPU, on two threads. */
class OneDnnResumeTest extends ResumeContractTest {

  @Override
  Trainer.BackendFactory backends() {
    return options -> Backends.create("cpu", 2);
  }
}

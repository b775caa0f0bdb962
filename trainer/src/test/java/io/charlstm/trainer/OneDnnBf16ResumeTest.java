package io.charlstm.trainer;

import static org.junit.jupiter.api.Assumptions.abort;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.BackendUnavailableException;
import io.charlstm.runtime.Backends;
import org.junit.jupiter.api.BeforeEach;

/** Exact resume in bfloat16, whose rounded h a checkpoint keeps as float32. */
class OneDnnBf16ResumeTest extends ResumeContractTest {
  private static final BackendOptions OPTIONS = new BackendOptions("cpu", 2, "bf16", "auto", true);

  @BeforeEach
  void onProcessorsWithBf16() {
    try (Backend backend = Backends.create(OPTIONS)) {
      backend.prepareTraining();
    } catch (BackendUnavailableException e) {
      abort(e.getMessage());
    }
  }

  @Override
  Trainer.BackendFactory backends() {
    return options -> Backends.create(OPTIONS);
  }
}

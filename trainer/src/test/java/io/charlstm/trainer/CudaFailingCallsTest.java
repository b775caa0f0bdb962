package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CudaFailingCallsTest extends CudaFaultSweep {
  @Test
  void aRunSurvivesTheFailureOfEverySecondCall() {
    assertThat(sweep().share(0, 2).failCalls()).isEmpty();
    // About half of the calls come after the first checkpoint.
    assertThat(saved()).isGreaterThan(50);
    resumeSomeOfTheSaved();
  }
}

package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CudaOtherFailingCallsTest extends CudaFaultSweep {
  @Test
  void aRunSurvivesTheFailureOfTheCallsBetween() {
    assertThat(sweep().share(1, 2).failCalls()).isEmpty();
    assertThat(saved()).isGreaterThan(50);
    resumeSomeOfTheSaved();
  }
}

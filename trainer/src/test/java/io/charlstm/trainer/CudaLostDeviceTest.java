package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CudaLostDeviceTest extends CudaFaultSweep {
  @Test
  void aRunSurvivesFullMemory() {
    assertThat(sweep().failAllocations()).isEmpty();
  }

  @Test
  void aRunSurvivesTheLossOfTheDevice() {
    assertThat(sweep().failWork()).isEmpty();
    assertThat(saved()).isGreaterThan(50);
    resumeSomeOfTheSaved();
  }
}

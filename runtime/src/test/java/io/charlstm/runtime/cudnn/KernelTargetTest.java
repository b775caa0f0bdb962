package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class KernelTargetTest {
  // NVRTC 12.6 from Turing on.
  private static final List<Integer> SUPPORTED = List.of(75, 80, 86, 87, 89, 90);

  @Test
  void machineCodeForTheDevice() {
    assertThat(KernelTarget.of(86, SUPPORTED).options())
        .containsExactly("--gpu-architecture=sm_86", "--std=c++17");
  }

  @Test
  void machineCodeOfAnEarlierMinorVersion() {
    assertThat(KernelTarget.of(103, List.of(90, 100))).isEqualTo(new KernelTarget(100, false));
  }

  @Test
  void codeForALaterDeviceIsPtx() {
    assertThat(KernelTarget.of(120, SUPPORTED).options())
        .containsExactly("--gpu-architecture=compute_90", "--std=c++17");
  }

  @Test
  void tooOldADevice() {
    assertThatThrownBy(() -> KernelTarget.of(70, SUPPORTED))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("all newer than the GPU's compute capability 70");
  }
}

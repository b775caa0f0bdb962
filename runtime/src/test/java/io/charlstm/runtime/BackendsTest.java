package io.charlstm.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.bindings.cuda.CudaLibraries;
import io.charlstm.bindings.cuda.CudaLibrary;
import io.charlstm.bindings.onednn.OneDnn;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackendsTest {

  @Test
  void cpuIsOneDnn() {
    assumeTrue(OneDnn.isAvailable(), () -> String.join("; ", OneDnn.unavailableReasons()));
    try (Backend backend = Backends.create("cpu", 3)) {
      assertThat(backend.name()).isEqualTo("onednn");
      assertThat(backend.device()).isEqualTo("cpu");
      assertThat(backend.precision()).isEqualTo("fp32");
      assertThat(backend.threads()).isEqualTo(3);
      assertThat(backend.description()).startsWith("oneDNN 3.").contains("3 threads");
    }
    try (Backend backend = Backends.auto()) {
      assertThat(backend.threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    }
  }

  @Test
  void referenceNeedsNoLibrary() {
    try (Backend backend = Backends.create("reference", 0)) {
      assertThat(backend.precision()).isEqualTo("fp64");
    }
  }

  @Test
  void cudaIsRefusedWithTheCure() {
    assertThatThrownBy(() -> Backends.create("cuda", 0))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("cuda")
        .hasMessageContaining("--device cpu");
  }

  @Test
  void withoutADriverAutoNamesNothingElse() {
    Optional<String> driver = CudaLibraries.problem(CudaLibrary.DRIVER);
    assumeTrue(driver.isPresent(), "there is a driver");
    assertThat(Backends.autoReason()).isEqualTo(driver);
  }

  @Test
  void unknownDevicesAndNegativeThreadsAreRefused() {
    assertThatThrownBy(() -> Backends.create("tpu", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown device tpu");
    assertThatThrownBy(() -> Backends.create("cpu", -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("threads must not be negative: -1");
  }
}

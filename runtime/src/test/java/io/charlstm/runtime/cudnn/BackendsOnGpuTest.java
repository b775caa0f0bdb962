package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.bindings.onednn.OneDnn;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.BackendUnavailableException;
import io.charlstm.runtime.Backends;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Choice of a device where the CUDA stack is there. */
@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class BackendsOnGpuTest {
  /** CUDNN_STATUS_NOT_INITIALIZED. */
  private static final int NOT_INITIALIZED = 1001;

  @BeforeEach
  void requireOneDnn() {
    assumeTrue(OneDnn.isAvailable(), () -> String.join("; ", OneDnn.unavailableReasons()));
  }

  @Test
  void autoTakesTheGpu() {
    try (Backend backend = Backends.auto()) {
      assertThat(backend.name()).isEqualTo("cudnn");
      assertThat(Backends.autoReason()).isEmpty();
    }
    try (Backend backend = Backends.create("cuda:0", 0)) {
      assertThat(backend.device()).isEqualTo("cuda:0");
    }
    try (Backend backend = Backends.create("cpu", 1)) {
      assertThat(backend.name()).isEqualTo("onednn");
    }
  }

  @Test
  void aGpuThatIsNotThereIsRefusedWithTheReason() {
    assertThatThrownBy(() -> Backends.create("cuda:99", 0))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageStartingWith("device cuda:99 is not available: ")
        .hasMessageContaining("--device cpu");
  }

  @Test
  void withoutAGpuAutoIsTheProcessorAndSaysWhy() {
    CudaDouble.assumed().setDeviceCount(0);
    assertThatThrownBy(() -> Backends.create("cuda", 0))
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(Backends.autoReason().orElseThrow()).hasLineCount(1);
    try (Backend backend = Backends.auto()) {
      assertThat(backend.name()).isEqualTo("onednn");
    }
    BackendOptions options = new BackendOptions("auto", 0, "tf32", "auto", true);
    assertThatThrownBy(() -> Backends.create(options))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("the CPU computes in fp32, bf16, int8, not in tf32")
        .hasMessageContaining(Backends.autoReason().orElseThrow());
  }

  @Test
  void int8IsRefusedOnAGpuWithTheCure() {
    for (String device : new String[] {"cuda", "auto"}) {
      BackendOptions options = new BackendOptions(device, 0, "int8", "auto", true);
      assertThatThrownBy(() -> Backends.create(options))
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessageContaining("int8 is a precision of sampling on a CPU")
          .hasMessageContaining("--device cpu");
    }
  }

  @Test
  void autoFallsBackWhenTheGpuCannotBeUsedAndSaysWhy() {
    CudaDouble cuda = CudaDouble.assumed();
    cuda.failCall("cudnnCreate", 1, NOT_INITIALIZED);
    try (Backend backend = Backends.auto()) {
      assertThat(backend.name()).isEqualTo("onednn");
      assertThat(Backends.autoReason().orElseThrow()).contains("cudnnCreate").contains("1001");
    }
    cuda.failCall("cudnnCreate", 1, NOT_INITIALIZED);
    assertThatThrownBy(() -> Backends.create("cuda", 0))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("cudnnCreate");
    try (Backend backend = Backends.auto()) {
      assertThat(backend.name()).isEqualTo("cudnn");
      assertThat(Backends.autoReason()).isEmpty();
    }
  }

  @Test
  void whatOnlyAGpuCanDoIsNotAskedOfTheProcessor() {
    BackendOptions algorithm = new BackendOptions("cpu", 0, "auto", "persist-static", true);
    assertThatThrownBy(() -> Backends.create(algorithm))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessage(
            "device cpu is not available: the RNN algorithm persist-static is one of a GPU");
    BackendOptions unknown = new BackendOptions("cuda", 0, "fp8", "auto", true);
    assertThatThrownBy(() -> Backends.create(unknown))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("unknown precision fp8");
  }
}

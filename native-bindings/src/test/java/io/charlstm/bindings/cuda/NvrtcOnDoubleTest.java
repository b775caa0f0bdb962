package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.memory.LiveHandles;
import io.charlstm.testing.cuda.CudaDouble;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The compiler's statuses and texts, as NVRTC 12.6 has them. */
@Tag(CudaDouble.TAG)
class NvrtcOnDoubleTest {
  private static final String KERNEL =
      "extern \"C\" __global__ void one(float* a) { a[threadIdx.x] = VALUE; }\n";

  private CudaDouble cuda;

  @BeforeEach
  void start() {
    cuda = CudaDouble.assumed();
    cuda.reset();
  }

  @AfterEach
  void nothingIsLeftOpen() {
    assertThat(cuda.liveReport()).isEmpty();
    assertThat(cuda.violations()).isEmpty();
    assertThat(LiveHandles.count()).as(LiveHandles.describe()).isZero();
  }

  @Test
  void versionAndArchitectures() {
    assertThat(Nvrtc.version()).isEqualTo("12.6");
    assertThat(Nvrtc.supportedArchitectures())
        .containsExactly(50, 52, 53, 60, 61, 62, 70, 72, 75, 80, 86, 87, 89, 90);
  }

  @Test
  void machineCodeOrPtx() {
    List<String> real = List.of("--gpu-architecture=sm_80", "-DVALUE=1");
    assertThat(Nvrtc.compile(KERNEL, "k.cu", real).cubin()).isNotEmpty();
    assertThat(cuda.calls("nvrtcGetPTX")).isZero();
    List<String> virtual = List.of("--gpu-architecture=compute_80", "-DVALUE=1");
    assertThat(Nvrtc.compile(KERNEL, "k.cu", virtual).cubin()).isNotEmpty();
    assertThat(cuda.calls("nvrtcGetPTX")).isEqualTo(1);
  }

  @Test
  void anErrorShowsPlaceAndText() {
    assertThatThrownBy(() -> compile(KERNEL, "--gpu-architecture=sm_90"))
        .isInstanceOfSatisfying(NativeException.class, e -> assertThat(e.code()).isEqualTo(6))
        .hasMessageContaining("k.cu:1:")
        .hasMessageContaining("VALUE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#include <stdint.h>\n",
        """
        extern "C" __device__ float elsewhere(float);
        extern "C" __global__ void two(float* a) { *a = elsewhere(*a); }
        """,
      })
  void headersAndMissingFunctionsAreErrors(String source) {
    assertThatThrownBy(() -> compile(source, "--gpu-architecture=sm_90"))
        .isInstanceOfSatisfying(NativeException.class, e -> assertThat(e.code()).isEqualTo(6));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--gpu-architecture=sm_100", "--gpu-architecture=fast", "--fmad=maybe", "--foo"})
  void wrongOptions(String option) {
    assertThatThrownBy(() -> compile(KERNEL, option))
        .isInstanceOfSatisfying(NativeException.class, e -> assertThat(e.code()).isEqualTo(5))
        .hasMessageContaining("nvrtc: error: ");
  }

  private static void compile(String source, String option) {
    Nvrtc.compile(source, "k.cu", List.of(option));
  }
}

package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bindings.NativeException;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The compiler's statuses and texts, as NVRTC 12.6 and later have them. */
@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class NvrtcOnDoubleTest {
  private static final String KERNEL =
      "extern \"C\" __global__ void one(float* a) { a[threadIdx.x] = VALUE; }\n";

  @Test
  void versionAndArchitectures() {
    assertThat(Nvrtc.version()).matches("\\d+\\.\\d+");
    assertThat(Nvrtc.supportedArchitectures()).isSorted().contains(75, 80, 86, 89, 90);
    CudaDouble.find()
        .ifPresent(
            _ -> {
              assertThat(Nvrtc.version()).isEqualTo("12.6");
              assertThat(Nvrtc.supportedArchitectures())
                  .containsExactly(50, 52, 53, 60, 61, 62, 70, 72, 75, 80, 86, 87, 89, 90);
            });
  }

  @Test
  void machineCodeOrPtx() {
    List<String> real = List.of("--gpu-architecture=sm_80", "-DVALUE=1");
    assertThat(Nvrtc.compile(KERNEL, "k.cu", real).cubin()).isNotEmpty();
    assertCallsOfPtx(0);
    List<String> virtual = List.of("--gpu-architecture=compute_80", "-DVALUE=1");
    assertThat(Nvrtc.compile(KERNEL, "k.cu", virtual).cubin()).isNotEmpty();
    assertCallsOfPtx(1);
  }

  private static void assertCallsOfPtx(long count) {
    CudaDouble.find().ifPresent(cuda -> assertThat(cuda.calls("nvrtcGetPTX")).isEqualTo(count));
  }

  @Test
  void anErrorShowsPlaceAndText() {
    assertThatThrownBy(() -> compile(KERNEL, "--gpu-architecture=sm_90"))
        .isInstanceOfSatisfying(NativeException.class, e -> assertThat(e.code()).isEqualTo(6))
        .hasMessageFindingMatch("k\\.cu(:1:|\\(1\\):)") // the double's compiler is the host's
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

  // CUDA 11 was the last with sm_30.
  @ParameterizedTest
  @ValueSource(
      strings = {"--gpu-architecture=sm_30", "--gpu-architecture=fast", "--fmad=maybe", "--foo"})
  void wrongOptions(String option) {
    assertThatThrownBy(() -> compile(KERNEL, option))
        .isInstanceOfSatisfying(NativeException.class, e -> assertThat(e.code()).isEqualTo(5))
        .hasMessageContaining("nvrtc: error: ");
  }

  private static void compile(String source, String option) {
    Nvrtc.compile(source, "k.cu", List.of(option));
  }
}

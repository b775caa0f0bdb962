package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.NativeLibraryException;
import io.charlstm.bindings.memory.LiveHandles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NVIDIA's other libraries as far as they work without a GPU. */
@Tag("cuda-real")
class RealLibrariesTest {
  private static final String KERNEL =
      """
      extern "C" __global__ void scale(float* values, int count, float factor) {
        int i = blockIdx.x * blockDim.x + threadIdx.x;
        if (i < count) values[i] = expf(values[i]) * factor;
      }
      """;

  @AfterEach
  void nothingStaysOpen() {
    assertThat(LiveHandles.byKind()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {75, 80, 86, 89, 90})
  void nvrtcCompilesForEachArchitecture(int architecture) {
    assumeTrue(
        Nvrtc.supportedArchitectures().contains(architecture), "this NVRTC does not know it");
    byte[] cubin =
        Nvrtc.compile(KERNEL, "scale.cu", List.of("--gpu-architecture=sm_" + architecture)).cubin();
    // A cubin is an ELF file, which holds the kernel's name as a symbol.
    assertThat(Arrays.copyOf(cubin, 4)).isEqualTo(new byte[] {0x7F, 'E', 'L', 'F'});
    assertThat(new String(cubin, StandardCharsets.ISO_8859_1)).contains("scale");
  }

  @Test
  void aVirtualArchitectureGivesPtx() {
    List<String> options = List.of("--gpu-architecture=compute_80");
    byte[] ptx = Nvrtc.compile(KERNEL, "scale.cu", options).cubin();
    assertThat(new String(ptx, StandardCharsets.UTF_8))
        .contains(".target sm_80", ".entry scale")
        .endsWith("\0");
  }

  @Test
  void aSourceWithErrorsGivesTheCompilersLog() {
    NativeException e =
        catchThrowableOfType(
            NativeException.class,
            () ->
                Nvrtc.compile("\n\nint broken(", "wrong.cu", List.of("--gpu-architecture=sm_80")));
    assertThat(e.function()).isEqualTo("nvrtcCompileProgram");
    assertThat(e).hasMessageContaining("NVRTC_ERROR_COMPILATION", "wrong.cu(3)");
  }

  @Test
  void warningsAndResourcesAreInTheLog() {
    Nvrtc.Compilation compilation =
        Nvrtc.compile(
            KERNEL, "scale.cu", List.of("--gpu-architecture=sm_80", "--ptxas-options=-v"));
    assertThat(compilation.log()).contains("registers");
  }

  @Test
  void productsAreDescribedWithoutAGpu() {
    MatmulSpec spec =
        new MatmulSpec(
            6,
            5,
            3,
            false,
            true,
            3,
            3,
            5,
            BlasType.FLOAT,
            BlasType.FLOAT,
            BlasCompute.FLOAT_PEDANTIC,
            true);
    try (BlasLtOperands operands = BlasLtOperands.create(spec);
        BlasLtDescriptor preference = BlasLtOperands.preference(1 << 20)) {
      assertThat(operands.product.pointer()).isNotZero();
      assertThat(preference.pointer()).isNotZero();
    }
  }

  @Test
  void findingsHaveAPathAndAVersionOfEachLibrary() {
    Path folder = Path.of(System.getProperty("charlstm.cuda.real")).toAbsolutePath();
    assertThat(CudaStack.findings())
        .filteredOn(finding -> finding.library().matches("CUDA runtime|NVRTC|cuBLASLt|cuDNN"))
        .hasSize(4)
        .allSatisfy(
            finding -> {
              assertThat(finding.problem()).isEmpty();
              assertThat(finding.version()).matches("\\d+(\\.\\d+)+");
              assertThat(finding.path().orElseThrow()).startsWith(folder);
            });
  }

  @Test
  void withoutADriverTheReasonIsTheDriver() {
    assumeTrue(CudaLibraries.problem(CudaLibrary.DRIVER).isPresent(), "there is a driver");
    assertThat(CudaStack.isAvailable()).isFalse();
    assertThat(CudaStack.unavailableReasons())
        .singleElement()
        .asString()
        .contains("libcuda.so.1", "install an NVIDIA driver");
    assertThatThrownBy(CudaStack::get)
        .isInstanceOf(NativeLibraryException.class)
        .hasMessageContaining("libcuda.so.1");
    assertThatThrownBy(() -> CudaDevice.of(0)).isInstanceOf(NativeLibraryException.class);
    assertThatThrownBy(() -> KernelModule.load(new byte[8], "nothing"))
        .isInstanceOf(NativeLibraryException.class);
  }

  @Test
  void withoutAGpuEachCallFailsWithAClearText() {
    assumeTrue(!CudaStack.isAvailable(), "there is a GPU");
    assertThatThrownBy(CudaDevice::count)
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("cudaGetDeviceCount", "driver");
    assertThatThrownBy(CudaStream::create).isInstanceOf(NativeException.class);
    assertThatThrownBy(() -> DeviceMemory.allocate(4096, "the weights"))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("the weights needs 4096 bytes");
    assertThatThrownBy(() -> PinnedMemory.allocate(4096, "the losses"))
        .isInstanceOf(NativeException.class);
    assertThatThrownBy(BlasLtHandle::create)
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("CUBLAS_STATUS_NOT_INITIALIZED");
  }
}

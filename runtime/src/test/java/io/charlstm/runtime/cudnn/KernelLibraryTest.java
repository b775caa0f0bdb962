package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.cuda.CudaDevice;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class KernelLibraryTest {
  private static final String ONE =
      "extern \"C\" __global__ void one(float* a) { a[threadIdx.x] = 1; }";

  @TempDir Path folder;

  @BeforeEach
  void open() {
    CudaDevice.of(0).makeCurrent();
  }

  private static void assertCompilations(long count) {
    CudaDouble.find()
        .ifPresent(cuda -> assertThat(cuda.calls("nvrtcCompileProgram")).isEqualTo(count));
  }

  @Test
  void theProductsKernelsCompileAndLoad() {
    try (KernelLibrary kernels = KernelLibrary.load(CudaDevice.of(0), folder)) {
      assertThat(kernels.kernel("charlstm_decode_pack").name()).isEqualTo("charlstm_decode_pack");
    }
  }

  @Test
  void theSecondTimeNothingIsCompiled() throws IOException {
    loadAndClose(ONE);
    assertCompilations(1);
    loadAndClose(ONE);
    assertCompilations(1);
    assertThat(keptFiles()).hasSize(1);
  }

  @Test
  void otherSourcesAreCompiledAnew() throws IOException {
    loadAndClose(ONE);
    loadAndClose(ONE + "\n");
    assertCompilations(2);
    assertThat(keptFiles()).hasSize(2);
  }

  @Test
  void otherDevicesAreCompiledForAnew() throws IOException {
    CudaDouble cuda = CudaDouble.assumed();
    loadAndClose(ONE);
    cuda.setComputeCapability(80);
    loadAndClose(ONE);
    assertCompilations(2);
    assertThat(keptFiles()).hasSize(2);
  }

  @Test
  void aDamagedFileIsCompiledAnew() throws IOException {
    loadAndClose(ONE);
    Path file = keptFiles().get(0);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    loadAndClose(ONE);
    assertCompilations(2);
    assertThat(Files.size(file)).isEqualTo(whole.length);
  }

  @Test
  void codeThatTheDriverRefusesIsCompiledAnew() {
    CudaDouble cuda = CudaDouble.assumed();
    loadAndClose(ONE);
    cuda.failCall("cuModuleLoadData", 1, 200);
    loadAndClose(ONE);
    assertCompilations(2);
  }

  @Test
  void aNewerDeviceGetsPtx() {
    CudaDouble cuda = CudaDouble.assumed();
    cuda.setComputeCapability(120);
    loadAndClose(ONE);
    assertThat(cuda.calls("nvrtcGetPTX")).isEqualTo(1);
  }

  @Test
  void aCompilationErrorShowsTheCompilersText() throws IOException {
    assertThatThrownBy(() -> loadAndClose("#line 7 \"sums.cu\"\n__device__ int f() { return x; }"))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("nvrtcCompileProgram failed with status 6")
        .hasMessageContaining("sums.cu")
        .hasMessageContaining("7")
        .hasMessageContaining("x");
    assertThat(keptFiles()).isEmpty();
  }

  @Test
  void anUnknownKernelIsAnError() {
    try (KernelLibrary kernels = KernelLibrary.load(CudaDevice.of(0), ONE, folder)) {
      assertThatThrownBy(() -> kernels.kernel("two"))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("kernel two of charlstm.cu");
    }
  }

  private void loadAndClose(String source) {
    KernelLibrary kernels = KernelLibrary.load(CudaDevice.of(0), source, folder);
    assertThat(kernels.kernel("one").name()).isEqualTo("one");
    kernels.close();
    kernels.close();
  }

  private List<Path> keptFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}

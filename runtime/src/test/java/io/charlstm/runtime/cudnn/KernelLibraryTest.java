package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.cuda.CudaDevice;
import io.charlstm.bindings.memory.LiveHandles;
import io.charlstm.testing.cuda.CudaDouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag(CudaDouble.TAG)
class KernelLibraryTest {
  private static final String ONE =
      "extern \"C\" __global__ void one(float* a) { a[threadIdx.x] = 1; }";

  @TempDir Path folder;
  private CudaDouble cuda;

  @BeforeEach
  void open() {
    cuda = CudaDouble.assumed();
    cuda.reset();
    CudaDevice.of(0).makeCurrent();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(cuda.violations()).isEmpty();
    assertThat(LiveHandles.byKind()).isEmpty();
    assertThat(cuda.liveHandles()).as(cuda.liveReport()).isZero();
  }

  @Test
  void theProductsKernelsCompileAndLoad() {
    try (KernelLibrary kernels = KernelLibrary.load(CudaDevice.of(0), folder)) {
      assertThat(kernels.kernel("charlstm_decode_pack").name()).isEqualTo("charlstm_decode_pack");
    }
  }

  @Test
  void everySourceBelongsToTheUnit() throws IOException {
    Path sources = Path.of("src/main/resources/io/charlstm/runtime/cudnn");
    try (Stream<Path> files = Files.walk(sources)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(n -> n.endsWith(".cu")))
          .containsExactlyInAnyOrderElementsOf(KernelSource.FILES);
    }
  }

  @Test
  void theSecondTimeNothingIsCompiled() throws IOException {
    loadAndClose(ONE);
    assertThat(cuda.calls("nvrtcCompileProgram")).isEqualTo(1);
    loadAndClose(ONE);
    assertThat(cuda.calls("nvrtcCompileProgram")).isEqualTo(1);
    assertThat(keptFiles()).hasSize(1);
  }

  @Test
  void otherSourcesAndDevicesAreCompiledAnew() throws IOException {
    loadAndClose(ONE);
    loadAndClose(ONE + "\n");
    cuda.setComputeCapability(80);
    loadAndClose(ONE);
    assertThat(cuda.calls("nvrtcCompileProgram")).isEqualTo(3);
    assertThat(keptFiles()).hasSize(3);
  }

  @Test
  void aDamagedFileIsCompiledAnew() throws IOException {
    loadAndClose(ONE);
    Path file = keptFiles().get(0);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    loadAndClose(ONE);
    assertThat(cuda.calls("nvrtcCompileProgram")).isEqualTo(2);
    assertThat(Files.size(file)).isEqualTo(whole.length);
  }

  @Test
  void codeThatTheDriverRefusesIsCompiledAnew() {
    loadAndClose(ONE);
    cuda.failCall("cuModuleLoadData", 1, 200);
    loadAndClose(ONE);
    assertThat(cuda.calls("nvrtcCompileProgram")).isEqualTo(2);
  }

  @Test
  void aNewerDeviceGetsPtx() {
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

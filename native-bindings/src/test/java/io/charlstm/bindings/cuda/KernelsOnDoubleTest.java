package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bindings.NativeException;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Own kernels: compiling, loading, passing arguments. */
@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class KernelsOnDoubleTest {
  private static final String SOURCE =
      """
      extern "C" __global__ void mix(float* out, long long offset, int count, float f, double d) {
        int i = blockIdx.x * blockDim.x + threadIdx.x;
        if (i < count) out[i + offset] = (float)(f * i + d + 100 * blockIdx.y);
      }
      """;

  @BeforeEach
  void start() {
    CudaDevice.of(0).makeCurrent();
  }

  @Test
  void argumentsOfEveryTypeArriveAndMayChange() {
    try (DeviceArrays arrays = new DeviceArrays();
        KernelModule module = load()) {
      long out = arrays.of(-1, -1, -1, -1, -1);
      try (KernelCall call = module.kernel("mix").call(out, 1L, 3, 2f, 0.25)) {
        call.launch(arrays.stream, 1, 32);
        assertThat(arrays.read(out, 5)).containsExactly(-1, 0.25f, 2.25f, 4.25f, -1);
        call.setLong(1, 0);
        call.setInt(2, 2);
        call.setFloat(3, 8);
        call.setDouble(4, 0.5);
        call.launch(arrays.stream, 1, 32);
        assertThat(arrays.read(out, 5)).containsExactly(0.5f, 8.5f, 2.25f, 4.25f, -1);
      }
    }
  }

  @Test
  void argumentsAreCopiedAtTheLaunch() {
    try (DeviceArrays arrays = new DeviceArrays();
        KernelModule module = load()) {
      long out = arrays.of(0, 0);
      KernelCall call = module.kernel("mix").call(out, 0L, 1, 0f, 7.0);
      call.launch(arrays.stream, 1, 32);
      call.setLong(1, 1);
      call.setDouble(4, 9);
      call.launch(arrays.stream, 1, 32);
      call.close();
      assertThat(arrays.read(out, 2)).containsExactly(7, 9);
    }
  }

  @Test
  void aWrongTypeIsRefused() {
    try (KernelModule module = load()) {
      Kernel kernel = module.kernel("mix");
      assertThatThrownBy(() -> kernel.call("text"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("argument 0 of kernel mix");
      try (KernelCall call = kernel.call(0L, 0L, 3, 1f, 1.0)) {
        assertThatThrownBy(() -> call.setInt(0, 1))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("is Long, not Integer");
      }
    }
  }

  @Test
  void aKernelThatIsNotThereIsNamed() {
    try (KernelModule module = load()) {
      assertThatThrownBy(() -> module.kernel("absent"))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("absent", "CUDA_ERROR_NOT_FOUND");
    }
  }

  @Test
  void bytesThatAreNoCodeAreRefused() {
    assertThatThrownBy(() -> KernelModule.load(new byte[] {1, 2, 3}, "broken"))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("cuModuleLoadData", "broken");
  }

  @Test
  void aLaunchWithTooManyThreadsSaysHowMany() {
    try (DeviceArrays arrays = new DeviceArrays();
        KernelModule module = load();
        KernelCall call = module.kernel("mix").call(arrays.of(0), 0L, 1, 1f, 1.0)) {
      assertThatThrownBy(() -> call.launch(arrays.stream, 1, 4096))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("mix with 1 x 1 blocks of 4096 threads");
    }
  }

  @Test
  void aClosedModuleLaunchesNothing() {
    try (CudaStream stream = CudaStream.create()) {
      KernelModule module = load();
      KernelCall call = module.kernel("mix").call(0L, 0L, 0, 1f, 1.0);
      module.close();
      assertThatThrownBy(() -> call.launch(stream, 1, 32))
          .isInstanceOf(IllegalStateException.class);
      call.close();
      assertThatThrownBy(() -> call.launch(stream, 1, 32))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private static KernelModule load() {
    return KernelModule.load(DeviceCode.of(SOURCE, "mix.cu"), "mix.cu");
  }
}

package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.testing.cuda.CudaDouble;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The double knows which bytes a kernel reads and writes, and reports what another stream does
 * there in no order with it, whatever the seed.
 */
@Tag(CudaDouble.TAG)
class KernelRacesOnDoubleTest {
  private static final int COUNT = 64;
  private static final long BYTES = COUNT * Float.BYTES;
  private static final String SOURCE =
      """
      extern "C" __global__ void copy_even(const float* from, float* to, int n) {
        for (int i = 2 * threadIdx.x; i < n; i += 2 * blockDim.x) {
          to[i] = from[i];
        }
      }
      extern "C" __global__ void copy_odd(const float* from, float* to, int n) {
        for (int i = 2 * threadIdx.x + 1; i < n; i += 2 * blockDim.x) {
          to[i] = from[i];
        }
      }
      """;

  private static CudaDouble cuda;
  private static byte[] cubin;

  /** What two streams do with two vectors. */
  @FunctionalInterface
  private interface Scene {
    void queue(Streams streams);
  }

  private record Streams(
      CudaStream first, CudaStream second, CudaEvent event, KernelModule module, long a, long b) {
    void copy(CudaStream stream, String kernel, long from, long to) {
      try (KernelCall call = module.kernel(kernel).call(from, to, COUNT)) {
        call.launch(stream, 1, 32);
      }
    }
  }

  @BeforeAll
  static void compile() {
    cuda = CudaDouble.assumed();
    cuda.reset();
    cubin = DeviceCode.of(SOURCE, "copies.cu");
  }

  @AfterEach
  void forget() {
    cuda.reset();
  }

  @Test
  void aKernelThatReadsWhatAnotherStreamFills() {
    assertRace(
        "kernel copy_even, grid (1,1,1), block (32,1,1)",
        s -> {
          s.first().fill(s.a(), 0, BYTES);
          s.copy(s.second(), "copy_even", s.a(), s.b());
        });
  }

  @Test
  void twoKernelsThatWriteTheSame() {
    assertRace(
        "kernel copy_even",
        s -> {
          s.copy(s.first(), "copy_even", s.a(), s.b());
          s.copy(s.second(), "copy_even", s.a(), s.b());
        });
  }

  @Test
  void kernelsThatWriteBetweenEachOther() {
    assertOrdered(
        s -> {
          s.copy(s.first(), "copy_even", s.a(), s.b());
          s.copy(s.second(), "copy_odd", s.a(), s.b());
        });
  }

  @Test
  void aKernelThatWaits() {
    assertOrdered(
        s -> {
          s.copy(s.first(), "copy_even", s.a(), s.b());
          s.event().record(s.first());
          s.second().waitFor(s.event());
          s.copy(s.second(), "copy_even", s.b(), s.a());
        });
  }

  private void assertRace(String who, Scene scene) {
    for (int seed = 0; seed < 8; seed++) {
      assertThat(violations(seed, scene))
          .as("seed %d", seed)
          .singleElement()
          .asString()
          .startsWith("race between streams: ")
          .contains(who)
          .contains("of 256 bytes at offset 0")
          .endsWith("and neither waits for the other");
    }
  }

  private void assertOrdered(Scene scene) {
    for (int seed = 0; seed < 8; seed++) {
      assertThat(violations(seed, scene)).as("seed %d", seed).isEmpty();
    }
  }

  private List<String> violations(int seed, Scene scene) {
    cuda.reset();
    cuda.setSeed(seed);
    CudaDevice.of(0).makeCurrent();
    try (CudaStream first = CudaStream.create();
        CudaStream second = CudaStream.create();
        CudaEvent event = CudaEvent.create(false);
        DeviceMemory a = DeviceMemory.allocate(BYTES, "a");
        DeviceMemory b = DeviceMemory.allocate(BYTES, "b");
        KernelModule module = KernelModule.load(cubin, "copies.cu")) {
      first.fill(a.address(), 0, BYTES);
      first.synchronize();
      scene.queue(new Streams(first, second, event, module, a.address(), b.address()));
      first.synchronize();
      second.synchronize();
      return cuda.violations();
    }
  }
}

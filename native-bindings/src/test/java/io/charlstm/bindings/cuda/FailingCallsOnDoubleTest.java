package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.memory.LiveHandles;
import io.charlstm.testing.cuda.CudaDouble;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each native call of each owner fails once: it is told, and nothing stays open. */
@Tag(CudaDouble.TAG)
class FailingCallsOnDoubleTest {
  /** No library has a meaning for it, so that nothing can take it for an ordinary answer. */
  private static final int STATUS = 9999;

  /** Calls that give no status, or whose failure changes nothing for the caller. */
  private static final Set<String> UNCHECKED =
      Set.of(
          "cudaGetLastError",
          "cudaGetErrorName",
          "cudaGetErrorString",
          "cuGetErrorName",
          "cuGetErrorString",
          "cudnnGetErrorString",
          "cudnnGetLastErrorString",
          "cublasLtGetStatusName",
          "cublasLtGetStatusString",
          "nvrtcGetErrorString");

  private static CudaDouble cuda;

  @BeforeAll
  static void requireDouble() {
    cuda = CudaDouble.assumed();
  }

  @BeforeEach
  void start() {
    cuda.reset();
    CudaDevice.of(0).makeCurrent();
  }

  @AfterEach
  void forget() {
    cuda.reset();
  }

  @Test
  void memoryStreamsAndEvents() {
    failEachCallOf(
        () -> {
          try (CudaStream stream = CudaStream.create();
              DeviceMemory device = DeviceMemory.allocate(64, "block");
              PinnedMemory host = PinnedMemory.allocate(64, "block");
              CudaEvent start = CudaEvent.create(true);
              CudaEvent end = CudaEvent.create(true)) {
            start.record(stream);
            stream.fill(device.address(), 0, 64);
            stream.copyToHost(host.segment(), device.address(), 64);
            end.record(stream);
            stream.waitFor(end);
            end.synchronize();
            end.millisSince(start);
            stream.isDone();
            end.isDone();
            stream.synchronize();
          }
        });
  }

  @Test
  void graphs() {
    failEachCallOf(
        () -> {
          try (CudaStream stream = CudaStream.create();
              DeviceMemory device = DeviceMemory.allocate(64, "block")) {
            stream.beginCapture();
            try {
              stream.fill(device.address(), 0, 64);
              try (CudaGraph graph = stream.endCapture()) {
                graph.launch(stream);
                stream.synchronize();
              }
            } catch (NativeException e) {
              stream.abandonCapture();
              throw e;
            }
          }
        });
  }

  @Test
  void kernels() {
    String source = "extern \"C\" __global__ void nothing(int a) {}";
    byte[] cubin = DeviceCode.of(source, "nothing.cu");
    failEachCallOf(
        () -> {
          try (CudaStream stream = CudaStream.create();
              KernelModule module = KernelModule.load(cubin, "nothing.cu");
              KernelCall call = module.kernel("nothing").call(1)) {
            module.kernel("nothing").registers();
            call.launch(stream, 1, 32);
            stream.synchronize();
          }
        });
  }

  @Test
  void compiling() {
    String source = "extern \"C\" __global__ void nothing() {}";
    failEachCallOf(() -> Nvrtc.compile(source, "nothing.cu", List.of("--gpu-architecture=sm_90")));
  }

  @Test
  void lstms() {
    LstmSpec spec =
        new LstmSpec(RnnAlgorithm.STANDARD, CudnnDataType.FLOAT, CudnnMathType.DEFAULT, 3, 2, 2);
    failEachCallOf(
        () -> {
          try (CudaStream stream = CudaStream.create();
              CudnnHandle handle = CudnnHandle.create(stream);
              LstmDescriptor lstm = LstmDescriptor.create(spec);
              LstmWindow window = LstmWindow.create(lstm, spec, 5, 4)) {
            long bytes = lstm.weightSpaceBytes(handle);
            window.tempSizes(handle, true);
            try (DeviceMemory weights = DeviceMemory.allocate(bytes, "weights")) {
              lstm.matrix(handle, 1, 5, bytes, weights.address());
            }
          }
        });
  }

  @Test
  void products() {
    MatmulSpec spec =
        new MatmulSpec(
            2, 3, 4, false, true, 4, 4, 3, BlasType.FLOAT, BlasType.FLOAT, BlasCompute.FLOAT, true);
    failEachCallOf(
        () -> {
          try (BlasLtHandle handle = BlasLtHandle.create();
              BlasLtMatmul matmul = BlasLtMatmul.create(handle, spec, 1 << 20)) {
            assertThat(matmul.workspaceBytes()).isNotNegative();
          }
        });
  }

  private void failEachCallOf(Runnable work) {
    cuda.recordCalls(true);
    work.run();
    List<String> calls = cuda.recordedCalls();
    cuda.recordCalls(false);
    assertThat(calls).isNotEmpty();
    Map<String, Long> seen = new HashMap<>();
    for (String call : calls) {
      long ordinal = seen.merge(call, 1L, Long::sum);
      if (!UNCHECKED.contains(call)) {
        cuda.reset();
        CudaDevice.of(0).makeCurrent();
        cuda.failCall(call, ordinal, STATUS);
        assertThatThrownBy(work::run)
            .as("%s, call %d", call, ordinal)
            .isInstanceOfSatisfying(
                NativeException.class,
                e -> {
                  assertThat(e.code()).isEqualTo(STATUS);
                  assertThat(e.function()).isEqualTo(call);
                });
        assertThat(LiveHandles.count()).as("%s after %s", LiveHandles.describe(), call).isZero();
        if (!call.contains("Destroy") && !call.contains("Free") && !call.contains("Unload")) {
          assertThat(cuda.liveReport()).as(call).isEmpty();
        }
      }
    }
  }
}

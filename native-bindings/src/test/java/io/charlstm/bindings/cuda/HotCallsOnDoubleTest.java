package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The calls made inside of a training step leave no objects behind, whether compiled or not. */
@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class HotCallsOnDoubleTest {
  private static final int CALLS = 1000;

  /** Reading the counter allocates a little itself; one object per call would be 16 bytes each. */
  private static final long SLACK_BYTES = 4L * CALLS;

  @BeforeEach
  void start() {
    CudaDevice.of(0).makeCurrent();
  }

  @Test
  void copiesEventsAndGraphsAllocateNothing() {
    try (CudaStream stream = CudaStream.create();
        CudaEvent event = CudaEvent.create(false);
        DeviceMemory device = DeviceMemory.allocate(64, "block");
        PinnedMemory from = PinnedMemory.allocate(64, "block");
        PinnedMemory to = PinnedMemory.allocate(64, "block")) {
      stream.beginCapture();
      stream.fill(device.address(), 0, 64);
      try (CudaGraph graph = stream.endCapture()) {
        assertAllocatesNothing(
            () -> {
              stream.fill(device.address(), 0, 64);
              stream.copyToHost(to.segment(), device.address(), 64);
              stream.copyToDevice(device.address(), from.segment(), 64);
              event.record(stream);
              stream.waitFor(event);
              graph.launch(stream);
              event.synchronize();
              stream.synchronize();
              assertTrue(stream.isDone());
            });
      }
    }
  }

  @Test
  void kernelsAllocateNothing() {
    String source = "extern \"C\" __global__ void nothing(long long a, int b, float c) {}";
    byte[] cubin = DeviceCode.of(source, "nothing.cu");
    try (CudaStream stream = CudaStream.create();
        KernelModule module = KernelModule.load(cubin, "nothing.cu");
        KernelCall call = module.kernel("nothing").call(1L, 2, 3f)) {
      assertAllocatesNothing(
          () -> {
            call.setLong(0, 5);
            call.setInt(1, 6);
            call.setFloat(2, 7);
            call.launch(stream, 1, 32);
            stream.synchronize();
          });
    }
  }

  @Test
  void productsAllocateNothing() {
    MatmulSpec spec =
        new MatmulSpec(
            2, 3, 4, false, true, 4, 4, 3, BlasType.FLOAT, BlasType.FLOAT, BlasCompute.FLOAT, true);
    try (DeviceArrays arrays = new DeviceArrays();
        BlasLtHandle handle = BlasLtHandle.create();
        BlasLtMatmul matmul = BlasLtMatmul.create(handle, spec, 1 << 20)) {
      long a = arrays.of(new float[8]);
      long b = arrays.of(new float[12]);
      long c = arrays.of(new float[6]);
      long bias = arrays.of(new float[3]);
      long workspace = arrays.bytes(matmul.workspaceBytes());
      assertAllocatesNothing(
          () -> {
            matmul.run(arrays.stream, 1, a, b, 0, c, bias, workspace);
            arrays.stream.synchronize();
          });
    }
  }

  @Test
  void lstmsAllocateNothing() {
    LstmSpec spec =
        new LstmSpec(RnnAlgorithm.STANDARD, CudnnDataType.FLOAT, CudnnMathType.DEFAULT, 3, 2, 1);
    try (DeviceArrays arrays = new DeviceArrays();
        CudnnHandle handle = CudnnHandle.create(arrays.stream);
        LstmDescriptor lstm = LstmDescriptor.create(spec);
        LstmWindow window = LstmWindow.create(lstm, spec, 1, 4)) {
      LstmBuffers b = new LstmBuffers();
      b.weightBytes = lstm.weightSpaceBytes(handle);
      b.weights = arrays.of(new float[(int) b.weightBytes / 4]);
      b.dWeights = arrays.of(new float[(int) b.weightBytes / 4]);
      LstmWindow.TempSizes sizes = window.tempSizes(handle, true);
      b.workspaceBytes = sizes.workspaceBytes();
      b.workspace = arrays.bytes(b.workspaceBytes);
      b.reserveBytes = sizes.reserveBytes();
      b.reserve = arrays.bytes(b.reserveBytes);
      b.x = arrays.of(new float[12]);
      b.y = arrays.of(new float[8]);
      b.dy = arrays.of(new float[8]);
      b.dx = arrays.of(new float[12]);
      assertAllocatesNothing(
          () -> {
            window.forward(handle, true, b);
            window.backwardData(handle, b);
            window.backwardWeights(handle, b);
            arrays.stream.synchronize();
          });
    }
  }

  private static void assertTrue(boolean condition) {
    if (!condition) {
      throw new AssertionError("work is left");
    }
  }

  private static void assertAllocatesNothing(Runnable call) {
    for (int i = 0; i < CALLS; i++) {
      call.run();
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < CALLS; i++) {
      call.run();
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(SLACK_BYTES);
  }
}

package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bindings.NativeException;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.CudaUnderTest;
import io.charlstm.testing.cuda.OnCudaDouble;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Memory, streams, events and graphs through their owners. */
@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class StreamsOnDoubleTest {
  private static final int COUNT = 5;
  private static final long BYTES = COUNT * 4L;

  /** As late as the host's waits allow, where the order of work can be chosen. */
  @BeforeEach
  void start() {
    CudaUnderTest.setSeed(0);
    CudaDevice.of(0).makeCurrent();
  }

  @Test
  void theDoubleIsWhatWasLoaded() {
    CudaDouble cuda = CudaDouble.assumed();
    CudaDevice device = CudaDevice.of(0);
    assertThat(CudaStack.isAvailable()).as("%s", CudaStack.unavailableReasons()).isTrue();
    assertThat(device.name()).isEqualTo("charlstm CUDA double");
    assertThat(device.computeCapability()).isEqualTo(90);
    assertThat(device.multiprocessors()).isEqualTo(132);
    cuda.setComputeCapability(75);
    assertThat(device.computeCapability()).isEqualTo(75);
  }

  @Test
  void dataGoesToTheDeviceAndBack() {
    try (CudaStream stream = CudaStream.create();
        DeviceMemory device = DeviceMemory.allocate(BYTES, "test block");
        PinnedMemory host = PinnedMemory.allocate(BYTES, "test block")) {
      set(host, 3);
      stream.copyToDevice(device.address(), host.segment(), BYTES);
      stream.synchronize();
      set(host, 0);
      stream.copyToHost(host.segment(), device.address(), BYTES);
      // A GPU may have copied by now.
      CudaDouble.find()
          .ifPresent(_ -> assertThat(get(host)).as("before the wait").containsOnly(Float.NaN));
      stream.synchronize();
      assertThat(get(host)).containsOnly(3);
    }
  }

  @Test
  void aHostBufferThatIsReusedTooEarlyIsFound() {
    CudaDouble cuda = CudaDouble.assumed();
    try (CudaStream stream = CudaStream.create();
        DeviceMemory device = DeviceMemory.allocate(BYTES, "test block");
        PinnedMemory host = PinnedMemory.allocate(BYTES, "test block")) {
      set(host, 3);
      stream.copyToDevice(device.address(), host.segment(), BYTES);
      set(host, 4);
      stream.synchronize();
      assertThat(cuda.violations())
          .singleElement()
          .asString()
          .contains("the host changed the source before the copy ran");
      cuda.clearViolations();
    }
  }

  @Test
  void aGraphReplaysWhatWasCaptured() {
    try (CudaStream stream = CudaStream.create();
        DeviceMemory device = DeviceMemory.allocate(BYTES, "test block")) {
      stream.beginCapture();
      stream.fill(device.address(), 0, BYTES);
      try (CudaGraph graph = stream.endCapture()) {
        for (int launch = 0; launch < 2; launch++) {
          stream.fill(device.address(), 1, BYTES);
          graph.launch(stream);
          stream.synchronize();
          assertThat(read(device)).containsOnly(0);
        }
      }
    }
  }

  @Test
  void aCaptureThatIsBrokenIsAnErrorAndTheStreamGoesOn() {
    try (CudaStream stream = CudaStream.create()) {
      stream.beginCapture();
      assertThatThrownBy(stream::synchronize)
          .isInstanceOfSatisfying(NativeException.class, e -> assertThat(e.code()).isEqualTo(900));
      assertThatThrownBy(stream::endCapture)
          .isInstanceOfSatisfying(NativeException.class, e -> assertThat(e.code()).isEqualTo(901));
      stream.synchronize();
    }
  }

  @Test
  void eventsOrderTwoStreams() {
    for (int seed = 0; seed < 16; seed++) {
      CudaUnderTest.setSeed(seed);
      try (CudaStream writer = CudaStream.create();
          CudaStream reader = CudaStream.create();
          CudaEvent written = CudaEvent.create(false);
          DeviceMemory from = DeviceMemory.allocate(BYTES, "from");
          DeviceMemory to = DeviceMemory.allocate(BYTES, "to")) {
        writer.fill(from.address(), 0, BYTES);
        written.record(writer);
        reader.waitFor(written);
        reader.copyOnDevice(to.address(), from.address(), BYTES);
        reader.synchronize();
        assertThat(read(to)).containsOnly(0);
      }
    }
  }

  @Test
  void aFullDeviceIsAClearError() {
    long all = CudaDevice.of(0).totalMemory();
    try (DeviceMemory first = DeviceMemory.allocate(BYTES, "first block")) {
      assertThat(first.byteSize()).isEqualTo(BYTES);
      assertThatThrownBy(() -> DeviceMemory.allocate(all, "second block"))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("second block needs " + all + " bytes")
          .hasMessageContaining("out of memory");
    }
  }

  @Test
  void aFailureOfQueuedWorkShowsAtTheWaitAndClosingStillReleases() {
    CudaDouble cuda = CudaDouble.assumed();
    CudaStream stream = CudaStream.create();
    DeviceMemory device = DeviceMemory.allocate(BYTES, "test block");
    cuda.failWork(1, 700);
    stream.fill(device.address(), 0, BYTES);
    assertThatThrownBy(stream::synchronize)
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("illegal memory access");
    assertThatThrownBy(device::close).isInstanceOf(NativeException.class);
    assertThatThrownBy(stream::close).isInstanceOf(NativeException.class);
  }

  /** By a stream of its own, on a device that has nothing else to do. */
  private static float[] read(DeviceMemory memory) {
    try (DeviceArrays arrays = new DeviceArrays()) {
      return arrays.read(memory.address(), COUNT);
    }
  }

  private static void set(PinnedMemory host, float value) {
    MemorySegment segment = host.segment();
    for (int i = 0; i < COUNT; i++) {
      segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
    }
  }

  private static float[] get(PinnedMemory host) {
    return host.segment().asSlice(0, BYTES).toArray(ValueLayout.JAVA_FLOAT);
  }
}

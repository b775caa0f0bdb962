package io.charlstm.bindings.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bindings.NativeException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeMemoryTest {
  @AfterEach
  void nothingIsLeftOpen() {
    assertThat(LiveHandles.count()).as(LiveHandles.describe()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 63, 64, 65, 4_000_003, 9_000_001})
  void isAlignedLargeEnoughAndZeroed(long bytes) {
    try (NativeMemory ordinary = NativeMemory.allocate(bytes);
        NativeMemory huge = NativeMemory.allocateHuge(bytes)) {
      for (NativeMemory slab : new NativeMemory[] {ordinary, huge}) {
        assertThat(slab.address() % NativeMemory.ALIGNMENT).isZero();
        assertThat(slab.byteSize()).isGreaterThanOrEqualTo(bytes);
        assertThat(slab.segment().byteSize()).isEqualTo(slab.byteSize());
        assertThat(slab.segment().mismatch(MemorySegment.ofArray(new byte[(int) slab.byteSize()])))
            .isEqualTo(-1);
        slab.segment().fill((byte) 1);
      }
    }
  }

  @Test
  void carvesBlocksThatDoNotOverlap() {
    try (NativeMemory slab = NativeMemory.allocate(3 * 64)) {
      assertThat(slab.carve(1)).isEqualTo(slab.address());
      MemorySegment second = slab.carveSegment(65);
      assertThat(second.address()).isEqualTo(slab.address() + 64);
      assertThat(second.byteSize()).isEqualTo(65);
      assertThat(slab.remaining()).isZero();
      assertThat(slab.carveSegment(0).byteSize()).isZero();
      assertThatThrownBy(() -> slab.carve(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("0 bytes left");
    }
  }

  @Test
  void blockSizesAddUpToASlab() {
    assertThat(NativeMemory.floatBlockBytes(0)).isZero();
    assertThat(NativeMemory.floatBlockBytes(16)).isEqualTo(64);
    assertThat(NativeMemory.floatBlockBytes(17)).isEqualTo(128);
    assertThatThrownBy(() -> NativeMemory.floatBlockBytes(Long.MAX_VALUE))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void isSeenThroughTheUnboundedView() {
    try (NativeMemory slab = NativeMemory.allocate(64)) {
      slab.segment().set(ValueLayout.JAVA_INT, 12, 42);
      assertThat(NativeMemory.everything().get(ValueLayout.JAVA_INT, slab.address() + 12))
          .isEqualTo(42);
    }
  }

  @Test
  void viewsEndWithTheSlab() {
    NativeMemory slab = NativeMemory.allocateHuge(5_000_000);
    MemorySegment view = slab.segment();
    slab.close();
    slab.close();
    assertThatThrownBy(() -> view.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void accessBeyondTheEndIsRefused() {
    try (NativeMemory slab = NativeMemory.allocate(100)) {
      assertThatThrownBy(() -> slab.segment().get(ValueLayout.JAVA_BYTE, slab.byteSize()))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void sizesThatCannotBeAreRefused() {
    assertThatThrownBy(() -> NativeMemory.allocate(-1))
        .isInstanceOf(IllegalArgumentException.class);
    // Beyond every address space, hence refused at once by the C library.
    assertThatThrownBy(() -> NativeMemory.allocateHuge(1L << 60))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("no memory");
    assertThatThrownBy(() -> NativeMemory.allocate(Long.MAX_VALUE))
        .isInstanceOf(ArithmeticException.class);
  }
}

package io.charlstm.bindings.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.memory.LiveHandles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryDescTest {
  @AfterEach
  void nothingIsLeftOpen() {
    assertThat(LiveHandles.count()).as(LiveHandles.describe()).isZero();
  }

  @Test
  void knowsItsSizes() {
    try (MemoryDesc vector = MemoryDesc.f32(FormatTag.A, 7);
        MemoryDesc matrix = MemoryDesc.f32(FormatTag.AB, 3, 5);
        MemoryDesc strided = MemoryDesc.f32Strided(new long[] {3, 5}, new long[] {11, 1})) {
      assertThat(vector.dims()).containsExactly(7);
      assertThat(matrix.dims()).containsExactly(3, 5);
      assertThat(strided.dims()).containsExactly(3, 5);
      assertThat(vector.byteSize()).isEqualTo(7 * 4);
      assertThat(matrix.byteSize()).isEqualTo(3 * 5 * 4);
      // oneDNN counts the last row whole, too.
      assertThat(strided.byteSize()).isEqualTo(3 * 11 * 4);
    }
  }

  @Test
  void elementsHaveTheirTypesSize() {
    for (DataType type : DataType.values()) {
      try (MemoryDesc matrix = MemoryDesc.dense(type, FormatTag.AB, 3, 5);
          MemoryDesc strided = MemoryDesc.strided(type, new long[] {3, 5}, new long[] {11, 1})) {
        assertThat(matrix.byteSize()).isEqualTo(3L * 5 * type.bytes());
        assertThat(strided.byteSize()).isEqualTo(3L * 11 * type.bytes());
      }
    }
    assertThat(DataType.BF16.bytes()).isEqualTo(2);
    assertThat(DataType.F32.bytes()).isEqualTo(4);
  }

  @Test
  void comparesLayouts() {
    try (MemoryDesc rows = MemoryDesc.f32(FormatTag.AB, 3, 5);
        MemoryDesc sameRows = MemoryDesc.f32Strided(new long[] {3, 5}, new long[] {5, 1});
        MemoryDesc columns = MemoryDesc.f32(FormatTag.BA, 3, 5)) {
      assertThat(rows.isSameAs(sameRows)).isTrue();
      assertThat(rows.isSameAs(columns)).isFalse();
    }
  }

  @Test
  void refusesWhatIsNoShape() {
    assertThatThrownBy(() -> MemoryDesc.f32(FormatTag.AB, 3, -5))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("dnnl_memory_desc_create_with_tag")
        .hasMessageContaining("invalid_arguments");
    assertThatThrownBy(() -> MemoryDesc.f32Strided(new long[] {3, 5}, new long[] {1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 dimensions but 1 strides");
  }
}

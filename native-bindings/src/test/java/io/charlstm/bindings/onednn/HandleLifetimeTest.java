package io.charlstm.bindings.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.memory.LiveHandles;
import io.charlstm.bindings.memory.NativeMemory;
import io.charlstm.bindings.ownership.Construction;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HandleLifetimeTest {
  private DnnlEngine engine;

  @BeforeEach
  void open() {
    engine = DnnlEngine.cpu();
  }

  @AfterEach
  void nothingIsLeftOpen() {
    engine.close();
    assertThat(LiveHandles.count()).as(LiveHandles.describe()).isZero();
  }

  @Test
  void everyKindOfHandleIsCountedAndClosedOnce() {
    DnnlStream stream = new DnnlStream(engine);
    assertThat(LiveHandles.byKind()).isEqualTo(Map.of("oneDNN engine", 1L, "oneDNN stream", 1L));
    stream.close();
    stream.close();
    assertThat(LiveHandles.byKind()).isEqualTo(Map.of("oneDNN engine", 1L));
    assertThatThrownBy(stream::await)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("oneDNN stream is closed");
  }

  @Test
  void aProductOfSizesThatDoNotFitLeavesNothingOpen() {
    try (MemoryDesc source = MemoryDesc.f32(FormatTag.AB, 3, 4);
        MemoryDesc weights = MemoryDesc.f32(FormatTag.ANY, 5, 6);
        MemoryDesc result = MemoryDesc.f32(FormatTag.AB, 3, 6)) {
      long before = LiveHandles.count();
      MatmulSpec spec = MatmulSpec.of(source, weights, result).accumulating();
      assertThatThrownBy(() -> Matmul.create(engine, spec))
          .isInstanceOfSatisfying(
              NativeException.class,
              e -> {
                assertThat(e.library()).isEqualTo("oneDNN");
                assertThat(e.function()).isEqualTo("dnnl_matmul_primitive_desc_create");
                assertThat(e.code()).isEqualTo(2);
                assertThat(e).hasMessageContaining("invalid_arguments");
              });
      assertThat(LiveHandles.count()).isEqualTo(before);
    }
  }

  @Test
  void aCopyBetweenDifferentSizesIsRefused() {
    try (MemoryDesc from = MemoryDesc.f32(FormatTag.AB, 3, 4);
        MemoryDesc to = MemoryDesc.f32(FormatTag.BA, 4, 3)) {
      assertThatThrownBy(() -> Reorder.create(engine, from, to))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("dnnl_reorder_primitive_desc_create");
    }
  }

  @Test
  void aCallThatLacksATensorFailsAndACallThatIsClosedDoesNotRun() {
    try (NativeMemory slab = NativeMemory.allocate(1024);
        MemoryDesc rows = MemoryDesc.f32(FormatTag.AB, 2, 3);
        MemoryDesc columns = MemoryDesc.f32(FormatTag.BA, 2, 3);
        DnnlStream stream = new DnnlStream(engine);
        DnnlMemory from = new DnnlMemory(engine, rows, slab.carve(rows.byteSize()));
        Reorder reorder = Reorder.create(engine, rows, columns)) {
      PreparedCall incomplete = new ExecArgs().source(from).prepare(reorder);
      assertThatThrownBy(() -> incomplete.execute(stream))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("dnnl_primitive_execute");
      incomplete.close();
      incomplete.close();
      assertThatThrownBy(() -> incomplete.execute(stream))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
  }

  @Test
  void failedConstructionClosesEarlierPartsInReverseAndAllOfThem() {
    StringBuilder closed = new StringBuilder();
    Construction parts = new Construction();
    parts.own(() -> closed.append("first "));
    parts.own(
        () -> {
          closed.append("second ");
          throw new IllegalStateException("second fails");
        });
    parts.own(
        () -> {
          closed.append("third ");
          throw new IOException("third fails");
        });
    assertThatThrownBy(parts::close)
        .hasMessageContaining("third fails")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(closed).hasToString("third second first ");
  }

  @Test
  void completedConstructionClosesNothing() {
    StringBuilder closed = new StringBuilder();
    try (Construction parts = new Construction()) {
      parts.own(() -> closed.append("closed"));
      parts.complete();
    }
    assertThat(closed).isEmpty();
  }
}

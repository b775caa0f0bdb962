package io.charlstm.bindings.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveHandlesTest {
  @Test
  void countsByKindUntilClosedOnce() {
    LiveHandles.Ticket first = LiveHandles.register("test one");
    LiveHandles.Ticket second = LiveHandles.register("test one");
    LiveHandles.Ticket other = LiveHandles.register("test two");
    assertThat(LiveHandles.count()).isEqualTo(3);
    assertThat(LiveHandles.byKind()).isEqualTo(Map.of("test one", 2L, "test two", 1L));
    assertThat(LiveHandles.describe()).contains("test one=2", "test two=1");
    assertThat(first.close()).isTrue();
    assertThat(first.close()).isFalse();
    assertThat(first.isOpen()).isFalse();
    assertThat(second.isOpen()).isTrue();
    second.close();
    other.close();
    assertThat(LiveHandles.count()).isZero();
    assertThat(LiveHandles.describe()).isEqualTo("open native handles: none");
  }
}

package io.charlstm.bindings.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class OneDnnTest {
  @Test
  void theBundledLibraryLoads() {
    assertThat(OneDnn.unavailableReasons()).isEmpty();
    assertThat(OneDnn.isAvailable()).isTrue();
    OneDnn library = OneDnn.get();
    assertThat(library.version()).isEqualTo("3.13.0");
    assertThat(Files.isRegularFile(library.libraryPath())).isTrue();
    assertThat(library.cpuIsa()).isNotBlank();
    assertThat(OneDnn.get()).isSameAs(library);
  }

  @Test
  void aThreadCountBelowOneIsRefused() {
    assertThatThrownBy(() -> OneDnn.get().setOmpThreads(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0");
    OneDnn.get().setOmpThreads(1);
  }
}

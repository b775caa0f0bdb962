package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KernelSourceTest {
  @Test
  void everySourceBelongsToTheUnit() throws IOException {
    Path sources = Path.of("src/main/resources/io/charlstm/runtime/cudnn");
    try (Stream<Path> files = Files.walk(sources)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(n -> n.endsWith(".cu")))
          .containsExactlyInAnyOrderElementsOf(KernelSource.FILES);
    }
  }
}

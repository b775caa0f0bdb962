package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reading Linux' list of mapped files. */
class LoadedFilesTest {
  private static final List<String> MAP =
      List.of(
          "55d0c0000000-55d0c0001000 r--p 00000000 08:01 1234       /usr/bin/java",
          "7f0000000000-7f0000001000 rw-p 00000000 00:00 0",
          "7f0000001000-7f0000002000 r--p 00000000 08:01 77   /usr/lib/libcudart.so.12.6.77",
          "7f0000002000-7f0000003000 r--p 00000000 08:01 78   /usr/lib/wsl/libcuda.so.580.65.06",
          "7ffd00000000-7ffd00001000 rw-p 00000000 00:00 0    [stack]");

  @Test
  void theFileBehindANameIsFound() {
    assertThat(LoadedFiles.find("libcuda.so.1", MAP))
        .contains(Path.of("/usr/lib/wsl/libcuda.so.580.65.06"));
  }

  @Test
  void aLibraryThatIsNotLoadedIsNotFound() {
    assertThat(LoadedFiles.find("libnccl.so.2", MAP)).isEmpty();
    assertThat(LoadedFiles.find("nvcuda.dll", MAP)).isEmpty();
  }
}

package io.charlstm.bindings.library;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
  @ParameterizedTest
  @CsvSource({
    "Linux,amd64,linux-x86_64,libdnnl.so.3",
    "Linux,aarch64,linux-arm64,libdnnl.so.3",
    "Mac OS X,aarch64,macosx-arm64,libdnnl.3.dylib",
    "Windows Server 2025,amd64,windows-x86_64,dnnl.dll"
  })
  void namesTheJarAndTheLibrary(String os, String arch, String classifier, String library) {
    assertThat(Platform.of(os, arch))
        .hasValueSatisfying(
            platform -> {
              assertThat(platform.classifier()).isEqualTo(classifier);
              assertThat(platform.oneDnnFiles().getLast()).isEqualTo(library);
            });
  }

  @Test
  void isEmptyWhereThereIsNoJar() {
    assertThat(Platform.of("Linux", "riscv64")).isEmpty();
    assertThat(Platform.of("Mac OS X", "x86_64")).isEmpty();
    assertThat(Platform.of("AIX", "ppc64")).isEmpty();
  }
}

package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How each library's version number reads. */
class CudaVersionsTest {
  @Test
  void numbersBecomeDottedText() {
    assertThat(CudaVersions.dotted(12060, 1000, 10)).isEqualTo("12.6");
    assertThat(CudaVersions.dotted(13010, 1000, 10)).isEqualTo("13.1");
    assertThat(CudaVersions.dotted(90501, 10000, 100, 1)).isEqualTo("9.5.1");
    assertThat(CudaVersions.dotted(91300, 10000, 100, 1)).isEqualTo("9.13.0");
    assertThat(CudaVersions.dotted(120603, 10000, 100, 1)).isEqualTo("12.6.3");
    assertThat(CudaVersions.dotted(22304, 10000, 100, 1)).isEqualTo("2.23.4");
  }
}

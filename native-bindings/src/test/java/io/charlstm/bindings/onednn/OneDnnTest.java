package io.charlstm.bindings.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bindings.gen.onednn.DnnlApi;
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
  void bf16IsOfTheSetsThatHaveIt() {
    assertThat(CpuIsa.multipliesBf16(DnnlApi.dnnl_cpu_isa_avx2())).isFalse();
    assertThat(CpuIsa.multipliesBf16(DnnlApi.dnnl_cpu_isa_avx2_vnni_2())).isFalse();
    assertThat(CpuIsa.multipliesBf16(DnnlApi.dnnl_cpu_isa_avx512_core_vnni())).isFalse();
    assertThat(CpuIsa.multipliesBf16(DnnlApi.dnnl_cpu_isa_avx512_core_bf16())).isTrue();
    assertThat(CpuIsa.multipliesBf16(DnnlApi.dnnl_cpu_isa_avx10_1_512())).isTrue();
    assertThat(CpuIsa.multipliesBf16(DnnlApi.dnnl_cpu_isa_avx10_1_512_amx())).isTrue();
    assertThat(CpuIsa.multipliesBf16(DnnlApi.dnnl_cpu_isa_avx10_2_amx_2())).isTrue();
    assertThat(OneDnn.get().multipliesBf16())
        .isEqualTo(OneDnn.get().cpuIsa().matches(".*(bf16|avx10).*"));
  }

  @Test
  void amxIsOfTheSetsThatHaveIt() {
    assertThat(CpuIsa.hasAmx(DnnlApi.dnnl_cpu_isa_avx2_vnni_2())).isFalse();
    assertThat(CpuIsa.hasAmx(DnnlApi.dnnl_cpu_isa_avx512_core_bf16())).isFalse();
    assertThat(CpuIsa.hasAmx(DnnlApi.dnnl_cpu_isa_avx10_1_512())).isFalse();
    assertThat(CpuIsa.hasAmx(DnnlApi.dnnl_cpu_isa_avx10_2())).isFalse();
    assertThat(CpuIsa.hasAmx(DnnlApi.dnnl_cpu_isa_avx10_1_512_amx())).isTrue();
    assertThat(CpuIsa.hasAmx(DnnlApi.dnnl_cpu_isa_avx10_1_512_amx_fp16())).isTrue();
    assertThat(CpuIsa.hasAmx(DnnlApi.dnnl_cpu_isa_avx10_2_amx_2())).isTrue();
    assertThat(OneDnn.get().hasAmx()).isEqualTo(OneDnn.get().cpuIsa().contains("amx"));
  }

  @Test
  void avx512IsOfTheSetsThatHaveIt() {
    assertThat(CpuIsa.hasAvx512(DnnlApi.dnnl_cpu_isa_avx2())).isFalse();
    assertThat(CpuIsa.hasAvx512(DnnlApi.dnnl_cpu_isa_avx2_vnni_2())).isFalse();
    assertThat(CpuIsa.hasAvx512(DnnlApi.dnnl_cpu_isa_avx512_core())).isTrue();
    assertThat(CpuIsa.hasAvx512(DnnlApi.dnnl_cpu_isa_avx512_core_bf16())).isTrue();
    assertThat(CpuIsa.hasAvx512(DnnlApi.dnnl_cpu_isa_avx10_1_512())).isTrue();
    assertThat(CpuIsa.hasAvx512(DnnlApi.dnnl_cpu_isa_avx10_2())).isTrue();
    assertThat(OneDnn.get().hasAvx512())
        .isEqualTo(OneDnn.get().cpuIsa().matches(".*(avx512|avx10).*"));
  }

  @Test
  void aThreadCountBelowOneIsRefused() {
    assertThatThrownBy(() -> OneDnn.get().setOmpThreads(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0");
    OneDnn.get().setOmpThreads(1);
  }
}

package io.charlstm.bindings.onednn;

import static java.util.Map.entry;

import io.charlstm.bindings.gen.onednn.DnnlApi;
import java.util.Locale;
import java.util.Map;

/** Names of the instruction sets that oneDNN tells apart. */
final class CpuIsa {
  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          entry(DnnlApi.dnnl_cpu_isa_default(), "default"),
          entry(DnnlApi.dnnl_cpu_isa_sse41(), "sse41"),
          entry(DnnlApi.dnnl_cpu_isa_avx(), "avx"),
          entry(DnnlApi.dnnl_cpu_isa_avx2(), "avx2"),
          entry(DnnlApi.dnnl_cpu_isa_avx2_vnni(), "avx2_vnni"),
          entry(DnnlApi.dnnl_cpu_isa_avx2_vnni_2(), "avx2_vnni_2"),
          entry(DnnlApi.dnnl_cpu_isa_avx512_core(), "avx512_core"),
          entry(DnnlApi.dnnl_cpu_isa_avx512_core_vnni(), "avx512_core_vnni"),
          entry(DnnlApi.dnnl_cpu_isa_avx512_core_bf16(), "avx512_core_bf16"),
          entry(DnnlApi.dnnl_cpu_isa_avx10_1_512(), "avx10_1_512"),
          entry(DnnlApi.dnnl_cpu_isa_avx10_1_512_amx(), "avx10_1_512_amx"),
          entry(DnnlApi.dnnl_cpu_isa_avx10_1_512_amx_fp16(), "avx10_1_512_amx_fp16"),
          entry(DnnlApi.dnnl_cpu_isa_avx10_2(), "avx10_2"),
          entry(DnnlApi.dnnl_cpu_isa_avx10_2_amx_2(), "avx10_2_amx_2"));

  /** The bits of the first set with AMX that the set below it lacks. */
  private static final int AMX =
      DnnlApi.dnnl_cpu_isa_avx10_1_512_amx() & ~DnnlApi.dnnl_cpu_isa_avx10_1_512();

  private CpuIsa() {}

  /** Whether a set has products of bfloat16. */
  static boolean multipliesBf16(int code) {
    return includes(code, DnnlApi.dnnl_cpu_isa_avx512_core_bf16());
  }

  /** A set's code has a bit for each set that it includes. */
  private static boolean includes(int code, int other) {
    return (code & other) == other;
  }

  /** Whether a set has AMX, matrix products of tiles. */
  static boolean hasAmx(int code) {
    return (code & AMX) != 0;
  }

  /** Whether a set has vectors of 512 bits. */
  static boolean hasAvx512(int code) {
    return includes(code, DnnlApi.dnnl_cpu_isa_avx512_core());
  }

  /** As {@link #hasAvx512(int)} of the set in effect. */
  static boolean hasAvx512() {
    return hasAvx512(DnnlApi.dnnl_get_effective_cpu_isa());
  }

  /** As {@link #hasAmx(int)} of the set in effect. */
  static boolean hasAmx() {
    return hasAmx(DnnlApi.dnnl_get_effective_cpu_isa());
  }

  /** As {@link #multipliesBf16(int)} of the set in effect. */
  static boolean multipliesBf16() {
    return multipliesBf16(DnnlApi.dnnl_get_effective_cpu_isa());
  }

  /** The set in effect; a set newer than this list by its code. */
  static String effective() {
    int code = DnnlApi.dnnl_get_effective_cpu_isa();
    return NAMES.getOrDefault(code, String.format(Locale.ROOT, "isa 0x%x", code));
  }
}

package io.charlstm.bindings.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.charlstm.bindings.gen.cublaslt.CublasLtApi;
import io.charlstm.bindings.gen.cudart.CudaRuntimeApi;
import io.charlstm.bindings.gen.cudnn.CudnnApi;
import io.charlstm.bindings.gen.nccl.NcclApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The versions of the opened libraries as text. */
final class CudaVersions {
  private CudaVersions() {}

  static String of(CudaLibrary library) {
    return switch (library) {
      case DRIVER -> dotted(DriverLoader.version(), 1000, 10);
      case RUNTIME -> dotted(runtime(), 1000, 10);
      case NVRTC -> Nvrtc.queryVersion();
      case CUBLASLT -> dotted(CublasLtApi.cublasLtGetVersion(), 10000, 100, 1);
      case CUDNN -> dotted(CudnnApi.cudnnGetVersion(), 10000, 100, 1);
      case NCCL -> dotted(nccl(), 10000, 100, 1);
    };
  }

  static int runtime() {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment version = scratch.allocate(JAVA_INT);
      CudaStatus.check("cudaRuntimeGetVersion", CudaRuntimeApi.cudaRuntimeGetVersion(version));
      return version.get(JAVA_INT, 0);
    }
  }

  private static int nccl() {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment version = scratch.allocate(JAVA_INT);
      return NcclApi.ncclGetVersion(version) == NcclApi.ncclSuccess()
          ? version.get(JAVA_INT, 0)
          : 0;
    }
  }

  /** 12060 with units 1000 and 10 is 12.6. */
  static String dotted(long number, int... units) {
    StringBuilder text = new StringBuilder();
    long rest = number;
    for (int unit : units) {
      text.append(text.isEmpty() ? "" : ".").append(rest / unit);
      rest %= unit;
    }
    return text.toString();
  }
}

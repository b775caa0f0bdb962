package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.bindings.gen.cublaslt.CublasLtApi;
import io.charlstm.bindings.gen.cudart.CudaRuntimeApi;
import io.charlstm.bindings.gen.cudnn.CudnnApi;
import io.charlstm.bindings.gen.cudriver.CudaDriverApi;
import io.charlstm.bindings.gen.nccl.NcclApi;
import io.charlstm.bindings.gen.nvrtc.NvrtcApi;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every function that is bound exists in NVIDIA's library. */
@Tag("cuda-real")
class RealSymbolsTest {
  private static final String ADDRESS_GETTER = "$address";

  @ParameterizedTest
  @EnumSource
  void everyBoundFunctionExists(CudaLibrary library) throws IllegalAccessException {
    boolean mayBeAbsent = library == CudaLibrary.DRIVER || library == CudaLibrary.NCCL;
    assumeTrue(
        !mayBeAbsent || CudaLibraries.problem(library).isEmpty(),
        () -> library.title() + " is not here");
    CudaLibraries.require(library);
    List<String> missing = new ArrayList<>();
    int found = 0;
    for (Method method : api(library).getMethods()) {
      if (method.getName().endsWith(ADDRESS_GETTER)) {
        try {
          found += ((MemorySegment) method.invoke(null)).address() == 0 ? 0 : 1;
        } catch (InvocationTargetException e) {
          missing.add(method.getName());
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(found).isPositive();
  }

  private static Class<?> api(CudaLibrary library) {
    return switch (library) {
      case DRIVER -> CudaDriverApi.class;
      case RUNTIME -> CudaRuntimeApi.class;
      case NVRTC -> NvrtcApi.class;
      case CUBLASLT -> CublasLtApi.class;
      case CUDNN -> CudnnApi.class;
      case NCCL -> NcclApi.class;
    };
  }
}

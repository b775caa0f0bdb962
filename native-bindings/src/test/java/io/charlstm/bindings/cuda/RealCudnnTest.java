package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.gen.cudnn.CudnnApi;
import io.charlstm.bindings.memory.LiveHandles;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** NVIDIA's cuDNN on descriptors, which it checks without a GPU. */
@Tag("cuda-real")
class RealCudnnTest {
  private static final int BAD_PARAM = 2000;
  private static final int NOT_SUPPORTED = 3000;

  /** The first version with bfloat16 LSTMs; before it, their descriptors are refused. */
  private static final int BFLOAT16_VERSION = 91300;

  private static final Set<String> ACCEPTED =
      Set.of(
          "FLOAT FLOAT STANDARD",
          "FLOAT FLOAT PERSIST_STATIC",
          "FLOAT FLOAT PERSIST_DYNAMIC",
          "FLOAT FLOAT PERSIST_STATIC_SMALL_H",
          "DOUBLE DOUBLE STANDARD",
          "DOUBLE DOUBLE PERSIST_DYNAMIC",
          "HALF FLOAT STANDARD",
          "HALF FLOAT PERSIST_STATIC",
          "HALF FLOAT PERSIST_DYNAMIC",
          "HALF FLOAT PERSIST_STATIC_SMALL_H",
          "HALF HALF STANDARD");

  @BeforeAll
  static void open() {
    CudaLibraries.require(CudaLibrary.CUDNN);
  }

  @AfterEach
  void nothingStaysOpen() {
    assertThat(LiveHandles.byKind()).isEmpty();
  }

  static Stream<LstmSpec> kinds() {
    List<LstmSpec> kinds = new ArrayList<>();
    for (RnnAlgorithm algorithm : RnnAlgorithm.values()) {
      for (CudnnDataType type : CudnnDataType.values()) {
        for (CudnnMathType math : CudnnMathType.values()) {
          kinds.add(new LstmSpec(algorithm, type, math, 384, 512, 3));
        }
      }
    }
    return kinds.stream();
  }

  /** The table of data types, compute types and algorithms, for each math type. */
  @ParameterizedTest
  @MethodSource("kinds")
  void typesAreAcceptedAsTheTableSays(LstmSpec spec) {
    assumeTrue(
        spec.dataType() != CudnnDataType.BFLOAT16 || CudnnApi.cudnnGetVersion() < BFLOAT16_VERSION,
        "which bfloat16 LSTMs exist depends on the version");
    for (CudnnDataType compute : CudnnDataType.values()) {
      String kind = spec.dataType() + " " + compute + " " + spec.algorithm();
      try (CudnnDescriptor rnn = CudnnDescriptor.rnn()) {
        int status = LstmDescriptor.trySet(rnn, spec, compute, MemorySegment.NULL);
        assertThat(status).as(kind).isEqualTo(ACCEPTED.contains(kind) ? 0 : NOT_SUPPORTED);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 5, 2", "7, 0, 2", "7, 5, 0", "-1, 5, 2"})
  void sizesBelowOneAreRefusedWithTheCondition(int input, int hidden, int layers) {
    LstmSpec spec = spec(input, hidden, layers);
    NativeException e =
        catchThrowableOfType(NativeException.class, () -> LstmDescriptor.create(spec));
    assertThat(e.code()).isEqualTo(BAD_PARAM);
    assertThat(e.function()).isEqualTo("cudnnSetRNNDescriptor_v8");
    assertThat(e).hasMessageContaining("CUDNN_STATUS_BAD_PARAM", "hiddenSize");
  }

  @Test
  @SuppressWarnings("try") // closing twice is what is tested
  void windowsAreDescribedAndFreed() {
    LstmSpec spec = spec(7, 5, 2);
    try (LstmDescriptor lstm = LstmDescriptor.create(spec);
        LstmWindow window = LstmWindow.create(lstm, spec, 11, 3)) {
      assertThat(LiveHandles.byKind())
          .containsEntry("cuDNN RNNDescriptor", 1L)
          .containsEntry("cuDNN DropoutDescriptor", 1L)
          .containsEntry("cuDNN RNNDataDescriptor", 2L)
          .containsEntry("cuDNN TensorDescriptor", 1L);
      window.close();
      lstm.close();
      assertThat(LiveHandles.byKind()).isEmpty();
    }
  }

  @Test
  void aRefusedWindowLeavesNothingOpen() {
    LstmSpec spec = spec(7, 5, 2);
    try (LstmDescriptor lstm = LstmDescriptor.create(spec)) {
      assertThatThrownBy(() -> LstmWindow.create(lstm, spec, 0, 3))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("cudnnSetRNNDataDescriptor", "T=0");
      assertThat(LiveHandles.byKind()).doesNotContainKey("cuDNN RNNDataDescriptor");
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 0", "65535, 2, 0", "65536, 2, 3000", "9, 70000, 0", "9, 0, 2000"})
  void sequencesHaveLimits(int steps, int batchSize, int status) {
    try (Arena scratch = Arena.ofConfined();
        CudnnDescriptor data = CudnnDescriptor.rnnData()) {
      NativeException refusal =
          catchThrowableOfType(
              NativeException.class,
              () ->
                  LstmWindow.setSequences(data, CudnnDataType.FLOAT, steps, batchSize, 5, scratch));
      assertThat(refusal == null ? 0 : refusal.code()).isEqualTo(status);
    }
  }

  @Test
  void withoutAGpuAHandleIsRefused() {
    assumeTrue(!CudaStack.isAvailable(), "there is a GPU");
    assertThatThrownBy(() -> CudnnHandle.create(null))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("cudnnCreate failed with status 1001");
  }

  private static LstmSpec spec(int input, int hidden, int layers) {
    return new LstmSpec(
        RnnAlgorithm.STANDARD, CudnnDataType.FLOAT, CudnnMathType.DEFAULT, input, hidden, layers);
  }
}

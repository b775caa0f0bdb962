package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class LayerPipelineTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "3, 1", "2, 4", "4, 2", "3, 3"})
  void everyPieceComesAfterThoseThatItReads(int parts, int pieces) {
    try (CudnnBackend backend = CudnnUnderTest.create("fp32")) {
      backend.thread().run(() -> check(backend, parts, pieces));
    }
  }

  private static void check(CudnnBackend backend, int parts, int pieces) {
    List<CudaStream> streams = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      streams.add(backend.layerStream(pieces == 1 ? 0 : part).stream());
    }
    try (LayerPipeline pipeline = new LayerPipeline(streams, pieces)) {
      List<String> up = new ArrayList<>();
      pipeline.up(
          (part, piece) -> {
            assertThat(up).doesNotContain(part + "," + piece);
            assertThat(part == 0 || up.contains((part - 1) + "," + piece)).isTrue();
            assertThat(piece == 0 || up.contains(part + "," + (piece - 1))).isTrue();
            up.add(part + "," + piece);
          });
      assertThat(up).hasSize(parts * pieces);
      List<String> down = new ArrayList<>();
      List<String> then = new ArrayList<>();
      pipeline.down(
          (part, piece) -> {
            assertThat(down).doesNotContain(part + "," + piece);
            assertThat(part == parts - 1 || down.contains((part + 1) + "," + piece)).isTrue();
            assertThat(piece == pieces - 1 || then.contains(part + "," + (piece + 1))).isTrue();
            down.add(part + "," + piece);
          },
          (part, piece) -> {
            assertThat(down.getLast()).isEqualTo(part + "," + piece);
            then.add(part + "," + piece);
          });
      assertThat(then).isEqualTo(down).hasSize(parts * pieces);
    }
  }
}

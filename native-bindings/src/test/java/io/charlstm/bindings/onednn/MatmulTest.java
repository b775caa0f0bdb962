package io.charlstm.bindings.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.bindings.memory.LiveHandles;
import io.charlstm.bindings.ownership.Construction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatmulTest {
  /** Sums of 37 products of numbers below 1 in single precision: about 37 * 2^-24. */
  private static final double TOLERANCE = 1e-5;

  private static final long M = 5;
  private static final long K = 37;
  private static final long N = 19;

  @AfterEach
  void nothingIsLeftOpen() {
    assertThat(LiveHandles.count()).as(LiveHandles.describe()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "AB,false,false", "AB,true,true", "BA,false,true", "BA,true,false",
    "ANY,false,false", "ANY,true,false", "ANY,false,true", "ANY,true,true"
  })
  void agreesWithPlainLoops(FormatTag weightsTag, boolean hasBias, boolean accumulate) {
    try (Arena arena = Arena.ofConfined();
        Construction open = new Construction()) {
      DnnlEngine engine = open.own(DnnlEngine.cpu());
      DnnlStream stream = open.own(new DnnlStream(engine));
      // The source's rows lie inside of longer ones, as a layer's half of [x, h] does.
      long ldSource = K + 4;
      MemoryDesc sourceDesc =
          open.own(MemoryDesc.f32Strided(new long[] {M, K}, new long[] {ldSource, 1}));
      MemoryDesc plainWeights = open.own(MemoryDesc.f32(FormatTag.AB, K, N));
      MemoryDesc biasDesc = open.own(MemoryDesc.f32(FormatTag.AB, 1, N));
      MemoryDesc resultDesc = open.own(MemoryDesc.f32(FormatTag.AB, M, N));
      MatmulSpec spec =
          new MatmulSpec(
              sourceDesc,
              open.own(MemoryDesc.f32(weightsTag, K, N)),
              hasBias ? biasDesc : null,
              resultDesc,
              accumulate);
      Matmul matmul = open.own(Matmul.create(engine, spec));
      assertThat(matmul.implementation()).isNotBlank();

      MemorySegment source = Matrices.random(arena, 1, M * ldSource);
      MemorySegment weights = Matrices.random(arena, 2, K * N);
      MemorySegment packed = arena.allocate(matmul.weightsDesc().byteSize(), 64);
      MemorySegment bias = Matrices.random(arena, 3, N);
      MemorySegment result = Matrices.random(arena, 4, M * N);
      MemorySegment before = Matrices.random(arena, 4, M * N);
      MemorySegment scratch = arena.allocate(Math.max(1, matmul.scratchpadBytes()), 64);

      DnnlMemory packedMemory = memory(open, engine, matmul.weightsDesc(), packed);
      Reorder pack = open.own(Reorder.create(engine, plainWeights, matmul.weightsDesc()));
      assertThat(pack.scratchpadBytes()).isZero();
      open.own(pack.prepare(memory(open, engine, plainWeights, weights), packedMemory, null))
          .execute(stream);
      PreparedCall call =
          open.own(
              matmul.prepare(
                  memory(open, engine, sourceDesc, source),
                  packedMemory,
                  hasBias ? memory(open, engine, biasDesc, bias) : null,
                  memory(open, engine, resultDesc, result),
                  memory(open, engine, matmul.scratchpadDesc(), scratch)));
      call.execute(stream);
      stream.await();

      for (long i = 0; i < M; i++) {
        for (long j = 0; j < N; j++) {
          double expected =
              Matrices.product(source, false, ldSource, weights, false, N, K, i, j)
                  + (hasBias ? Matrices.at(bias, false, N, 0, j) : 0)
                  + (accumulate ? Matrices.at(before, false, N, i, j) : 0);
          assertThat(Matrices.at(result, false, N, i, j))
              .as("row %d, column %d", i, j)
              .isCloseTo(expected, within(TOLERANCE));
        }
      }
    }
  }

  private static DnnlMemory memory(
      Construction open, DnnlEngine engine, MemoryDesc description, MemorySegment buffer) {
    return open.own(new DnnlMemory(engine, description, buffer.address()));
  }
}

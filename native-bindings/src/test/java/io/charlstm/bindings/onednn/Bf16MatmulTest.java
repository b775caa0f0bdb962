package io.charlstm.bindings.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.bindings.memory.LiveHandles;
import io.charlstm.bindings.ownership.Construction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of bfloat16 as a weight gradient has them: both operands inside of longer rows. */
class Bf16MatmulTest {
  /** Both sides multiply the rounded numbers; sums of 37 in single precision. */
  private static final double TOLERANCE = 1e-5;

  private static final long M = 5;
  private static final long K = 37;
  private static final long N = 19;
  private static final long LD_SOURCE = 8;
  private static final long LD_WEIGHTS = 23;
  private static final long LD_RESULT = 21;

  @AfterEach
  void nothingIsLeftOpen() {
    assertThat(LiveHandles.count()).as(LiveHandles.describe()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theTransposedSourceTimesRowsAddsInFloat32(boolean accumulate) {
    assumeTrue(OneDnn.get().multipliesBf16(), "oneDNN has no such product for this CPU");
    try (Arena arena = Arena.ofConfined();
        Construction open = new Construction()) {
      DnnlEngine engine = open.own(DnnlEngine.cpu());
      DnnlStream stream = open.own(new DnnlStream(engine));
      MemoryDesc sourceDesc =
          open.own(strided(DataType.BF16, new long[] {M, K}, new long[] {1, LD_SOURCE}));
      MemoryDesc weightsDesc =
          open.own(strided(DataType.BF16, new long[] {K, N}, new long[] {LD_WEIGHTS, 1}));
      MemoryDesc resultDesc =
          open.own(strided(DataType.F32, new long[] {M, N}, new long[] {LD_RESULT, 1}));
      MatmulSpec spec = new MatmulSpec(sourceDesc, weightsDesc, null, resultDesc, accumulate);
      Matmul matmul = open.own(Matmul.create(engine, spec));
      MemorySegment source = Matrices.random(arena, 1, K * LD_SOURCE);
      MemorySegment weights = Matrices.random(arena, 2, K * LD_WEIGHTS);
      MemorySegment result = Matrices.random(arena, 3, M * LD_RESULT);
      MemorySegment before = Matrices.random(arena, 3, M * LD_RESULT);
      MemorySegment scratch = arena.allocate(Math.max(1, matmul.scratchpadBytes()), 64);
      open.own(
              matmul.prepare(
                  memory(open, engine, sourceDesc, truncated(arena, source)),
                  memory(open, engine, weightsDesc, truncated(arena, weights)),
                  null,
                  memory(open, engine, resultDesc, result),
                  memory(open, engine, matmul.scratchpadDesc(), scratch)))
          .execute(stream);
      for (long i = 0; i < M; i++) {
        for (long j = 0; j < LD_RESULT; j++) {
          double old = Matrices.at(before, false, LD_RESULT, i, j);
          double product =
              j < N
                  ? Matrices.product(source, true, LD_SOURCE, weights, false, LD_WEIGHTS, K, i, j)
                  : old;
          assertThat(Matrices.at(result, false, LD_RESULT, i, j))
              .as("row %d, column %d", i, j)
              .isCloseTo(product + (accumulate && j < N ? old : 0), within(TOLERANCE));
        }
      }
    }
  }

  private static MemoryDesc strided(DataType type, long[] dims, long[] strides) {
    return MemoryDesc.strided(type, dims, strides);
  }

  /** Cuts the floats to their upper halves, in place, and gives these. */
  private static MemorySegment truncated(Arena arena, MemorySegment floats) {
    long count = floats.byteSize() / Float.BYTES;
    MemorySegment halves = arena.allocate(count * Short.BYTES, 64);
    for (long i = 0; i < count; i++) {
      int bits = floats.getAtIndex(ValueLayout.JAVA_INT, i) & 0xffff_0000;
      floats.setAtIndex(ValueLayout.JAVA_INT, i, bits);
      halves.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (bits >>> 16));
    }
    return halves;
  }

  private static DnnlMemory memory(
      Construction open, DnnlEngine engine, MemoryDesc description, MemorySegment buffer) {
    return open.own(new DnnlMemory(engine, description, buffer.address()));
  }
}

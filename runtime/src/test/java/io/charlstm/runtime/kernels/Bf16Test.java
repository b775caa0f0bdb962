package io.charlstm.runtime.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.bindings.memory.NativeMemory;
import io.charlstm.bindings.onednn.DataType;
import io.charlstm.bindings.onednn.DnnlEngine;
import io.charlstm.bindings.onednn.DnnlMemory;
import io.charlstm.bindings.onednn.DnnlStream;
import io.charlstm.bindings.onednn.FormatTag;
import io.charlstm.bindings.onednn.MemoryDesc;
import io.charlstm.bindings.onednn.PreparedCall;
import io.charlstm.bindings.onednn.Reorder;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Bf16Test {
  @ParameterizedTest
  @CsvSource({
    // In the middle of two: to the even one. Then a bit above and below the middle.
    "3f808000, 3f80",
    "3f818000, 3f82",
    "3f808001, 3f81",
    "3f817fff, 3f81",
    "00000000, 0000",
    "80000000, 8000",
    "7f800000, 7f80",
    "ff800000, ff80",
    // Beyond the largest: infinity.
    "7f7fffff, 7f80",
    "7f7f7fff, 7f7f",
    // NaN stays NaN, also when the bits that say so are cut off.
    "7f800001, 7fc0",
    "ffc12345, ffc1",
    "00008000, 0000",
    "00018000, 0002"
  })
  void roundsToTheNearestAndThenToTheEven(String float32, String expected) {
    int bits = Integer.parseUnsignedInt(float32, 16);
    short rounded = Bf16.round(Float.intBitsToFloat(bits));
    assertThat(String.format("%04x", rounded)).isEqualTo(expected);
  }

  @Test
  void roundsAsOneDnnDoes() {
    int count = 10_000;
    SplittableRandom random = new SplittableRandom(17);
    try (NativeMemory memory = NativeMemory.allocate(1 << 20);
        DnnlEngine engine = DnnlEngine.cpu();
        DnnlStream stream = new DnnlStream(engine);
        MemoryDesc from = MemoryDesc.f32(FormatTag.AB, 100, 100);
        MemoryDesc to = MemoryDesc.dense(DataType.BF16, FormatTag.AB, 100, 100);
        Reorder reorder = Reorder.create(engine, from, to)) {
      long source = memory.carve(4L * count);
      long target = memory.carve(2L * count);
      for (int i = 0; i < count; i++) {
        Floats.setInt(source + 4L * i, bitsOfNormal(random));
      }
      try (DnnlMemory read = new DnnlMemory(engine, from, source);
          DnnlMemory written = new DnnlMemory(engine, to, target);
          PreparedCall call = reorder.prepare(read, written, null)) {
        call.execute(stream);
      }
      for (int i = 0; i < count; i++) {
        float value = Floats.get(source + 4L * i);
        short theirs = Floats.ALL.get(ValueLayout.JAVA_SHORT, target + 2L * i);
        assertThat(Bf16.round(value)).as("%x", Float.floatToRawIntBits(value)).isEqualTo(theirs);
      }
    }
  }

  /** Any bits but those of subnormal numbers, which the processor's instruction takes for 0. */
  private static int bitsOfNormal(SplittableRandom random) {
    int bits = random.nextInt();
    return (bits & 0x7f80_0000) == 0 ? 0x3f80_0000 : bits;
  }

  @ParameterizedTest
  @CsvSource({"1,1", "3,16", "5,37", "2,130"})
  void bothSetsRoundRowsToTheSameBits(int rows, int width) {
    for (Kernels kernels : KernelsTest.sets().toList()) {
      try (Block block = new Block()) {
        float[] values = Block.random(3, rows * (width + 3), 2);
        values[width / 2] = Float.NaN;
        values[0] = Float.NEGATIVE_INFINITY;
        long source = block.of(values);
        long target = block.of(new float[rows * (width + 5)]);
        kernels.toBf16(source, width + 3, target, width + 5, rows, width);
        for (int r = 0; r < rows; r++) {
          for (int j = 0; j < width + 5; j++) {
            short expected = j < width ? Bf16.round(values[r * (width + 3) + j]) : 0;
            long address = target + 2L * (r * (width + 5) + j);
            assertThat(Floats.ALL.get(ValueLayout.JAVA_SHORT, address)).isEqualTo(expected);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "3,16", "5,37", "2,130"})
  void bothSetsWidenRowsExactly(int rows, int width) {
    for (Kernels kernels : KernelsTest.sets().toList()) {
      try (Block block = new Block()) {
        float[] values = Block.random(4, rows * (width + 5), 2);
        values[width / 2] = Float.NaN;
        values[0] = Float.NEGATIVE_INFINITY;
        long source = block.of(new float[values.length]);
        Bf16.write(source, values, 0, values.length);
        long target = block.of(new float[rows * (width + 3)]);
        kernels.fromBf16(source, width + 5, target, width + 3, rows, width);
        float[] widened = Block.read(target, rows * (width + 3));
        float[] expected = new float[widened.length];
        for (int r = 0; r < rows; r++) {
          for (int j = 0; j < width + 3; j++) {
            expected[r * (width + 3) + j] =
                j < width ? Bf16.widen(Bf16.round(values[r * (width + 5) + j])) : 0;
          }
        }
        assertThat(widened).isEqualTo(expected);
      }
    }
  }

  @Test
  void arraysAreRoundedInAndWidenedOut() {
    try (Block block = new Block()) {
      long address = block.of(new float[8]);
      Bf16.write(address, new float[] {9, 1 + 0x1p-8f, -3.5f, 0.1f}, 1, 3);
      float[] read = new float[4];
      Bf16.read(address, read, 1, 3);
      assertThat(read).containsExactly(0, 1, -3.5f, 0x1.9Ap-4f);
      Bf16.copy(address, address + 8, 3);
      Bf16.zero(address, 3);
      Bf16.read(address + 2, read, 0, 4);
      assertThat(read).containsExactly(0, 0, 0, 1);
    }
  }
}

package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.CudaUnderTest;
import io.charlstm.testing.cuda.OnCudaDouble;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Correct kernels: right results in every order of blocks and threads, and no report of the double.
 * Values are small whole numbers, whose sums are exact in any order, so that a GPU finds the same.
 */
@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class CorrectKernelsTest {
  private static final int[] SEEDS = {0, 1, 2, 3, 4};

  private static TestKernels kernels;

  @BeforeAll
  static void compile() {
    CudaUnderTest.assumed();
    CudaUnderTest.reset();
    kernels = new TestKernels("correct.cu");
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 96, 1024})
  void barriersAndSharedMemory(int block) {
    int grid = 3;
    check(
        "reverse_blocks",
        grid,
        block,
        grid * block,
        i -> value(i / block * block + block - 1 - i % block) + 3);
  }

  @ParameterizedTest
  @CsvSource({"1, 32", "5, 64", "40, 256"})
  void gridStride(int grid, int block) {
    check("add_one", grid, block, 1234, i -> value(i) + 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 128, 1024})
  void shuffles(int block) {
    int count = 1000;
    check(
        "block_sum",
        Math.ceilDiv(count, block),
        block,
        count,
        i -> {
          double sum = 0;
          for (int j = i / block * block; j < Math.min(count, (i / block + 1) * block); j++) {
            sum += value(j);
          }
          return sum;
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 160})
  void warpBarriers(int block) {
    int count = 291;
    check(
        "swap_in_warp",
        Math.ceilDiv(count, block),
        block,
        count,
        // three swaps are one; the last element has no partner
        i -> i == count - 1 ? value(i) : value(i ^ 1));
  }

  @Test
  void partialMasksAndWarpsThatLeave() {
    int count = 84;
    check(
        "half_warps",
        1,
        256,
        count,
        i -> {
          double above = 0;
          for (int j = i / 16 * 16; j < Math.min(count, (i / 16 + 1) * 16); j++) {
            above += value(j) > 0.5f ? 1 : 0;
          }
          return i % 32 < 16 ? 1.25 * above : above;
        });
  }

  @Test
  void elementsSmallerThanAWord() {
    int count = 777;
    check(
        "small_elements",
        3,
        96,
        count,
        i -> {
          int bits = Float.floatToRawIntBits(value(i));
          return Float.intBitsToFloat(bits & 0xfff0fff0);
        });
  }

  @Test
  void allBlocksReadTheSame() {
    check("shared_input", 4, 64, 200, i -> i == 0 ? value(0) : value(i) + value(0));
  }

  @Test
  void sharedMemoryOfTemplates() {
    int block = 64;
    check(
        "shared_in_templates",
        2,
        block,
        2 * block,
        i -> value(i / block * block + block - 1 - i % block) + (block - 1 - i % block));
  }

  private static void check(
      String kernel, int grid, int block, int count, IntToDoubleFunction expected) {
    float[] vector = new float[count];
    float[] wanted = new float[count];
    for (int i = 0; i < count; i++) {
      vector[i] = value(i);
      wanted[i] = (float) expected.applyAsDouble(i);
    }
    for (int seed : SEEDS) {
      float[] result = kernels.run(seed, kernel, grid, block, vector);
      assertThat(result).as("seed %d", seed).isEqualTo(wanted);
      CudaUnderTest.assertNothingWrong();
    }
  }

  private static float value(int i) {
    return (i * 7 + 3) % 23 - 11;
  }
}

package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.memory.LiveHandles;
import io.charlstm.testing.cuda.CudaDouble;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The double reports every fault of {@code faulty.cu}, whatever the order of the threads. */
@Tag(CudaDouble.TAG)
class FaultyKernelsTest {
  private static final int COUNT = 512;
  private static final int[] SEEDS = {0, 1, 2, 3};

  private static CudaDouble cuda;
  private static TestKernels kernels;

  @BeforeAll
  static void compile() {
    cuda = CudaDouble.assumed();
    cuda.reset();
    kernels = new TestKernels("faulty.cu");
  }

  @AfterAll
  static void forget() {
    if (cuda != null) {
      cuda.reset();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shared_race             | 1 | 256 | of the same block wrote without a barrier",
        "missing_barrier         | 1 | 256 | of the same block",
        "missing_second_barrier  | 1 | 256 | of the same block",
        "warp_barrier_for_block  | 1 | 256 | shared memory",
        "missing_warp_barrier    | 1 |  32 | without a barrier between them",
        "blocks_write_the_same   | 2 | 256 | wrote without a barrier between them",
        "block_reads_anothers    | 2 | 256 | without a barrier between them",
        "byte_race               | 1 | 256 | 1 bytes at offset 6 of device block",
      })
  void racesAreReported(String kernel, int grid, int block, String report) {
    for (int seed : SEEDS) {
      kernels.run(seed, kernel, grid, block, new float[COUNT]);
      assertThat(cuda.violations())
          .as("seed %d", seed)
          .isNotEmpty()
          .allSatisfy(text -> assertThat(text).startsWith("kernel " + kernel + ": "))
          .anySatisfy(text -> assertThat(text).contains(report).contains("(faulty.cu:"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "one_past_the_end          | 3 | 256 | 700 | 2048 bytes after the start of device block",
        "one_before_the_start      | 1 | 256 | 700 | thread (0,0,0) of block (0,0,0) reads",
        "null_pointer              | 1 | 256 | 700 | which is no device memory",
        "shared_index              | 1 | 1024| 719 | index out of the array's bounds",
        "misaligned                | 1 |  32 | 719 | address not aligned for its type",
        "divides_by_zero           | 1 |  32 | 719 | division by zero",
        "barrier_after_return      | 1 | 256 | 719 | thread (77,0,0) of block (0,0,0) has returned",
        "two_barriers              | 1 | 256 | 719 | waits at the block barrier of faulty.cu:",
        "wrong_mask                | 1 |  32 | 719 | waits at the shuffle with mask 0xffffffff",
        "own_lane_not_in_mask      | 1 |  32 | 719 | leaves its own lane out",
        "value_of_a_returned_lane  | 1 |  32 | 719 | a lane that takes no part in the operation",
        "too_many_threads          | 1 | 256 | 701 | __launch_bounds__(128)",
      })
  void faultsThatEndTheLaunch(String kernel, int grid, int block, int status, String report) {
    float[] vector = new float[kernel.equals("divides_by_zero") ? 1000 : COUNT];
    if (kernel.equals("shared_index")) {
      vector = new float[1000];
    }
    for (int seed : SEEDS) {
      NativeException thrown = null;
      try {
        kernels.run(seed, kernel, grid, block, vector);
      } catch (NativeException e) {
        thrown = e;
      }
      assertThat(thrown).as("seed %d", seed).isNotNull();
      assertThat(thrown.code()).isEqualTo(status);
      assertThat(cuda.violations())
          .as("seed %d", seed)
          .anySatisfy(
              text -> assertThat(text).contains("kernel " + kernel + ": ").contains(report));
      assertThat(LiveHandles.count()).as(LiveHandles.describe()).isZero();
    }
  }

  @Test
  void sharedMemoryThatNobodyWroteIsReportedAndNaN() {
    float[] result = kernels.run(1, "shared_not_written", 1, 256, new float[256]);
    assertThat(Arrays.copyOf(result, 10)).containsOnly(2);
    assertThat(Arrays.copyOfRange(result, 10, 256)).containsOnly(Float.NaN);
    assertThat(cuda.violations())
        .anySatisfy(text -> assertThat(text).contains("that no thread of the block has written"));
  }
}

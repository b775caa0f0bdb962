package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.testing.cuda.CudaDouble;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tokens to rows, the order of a window's tokens, and the embedding's gradient. */
@Tag(CudaDouble.TAG)
class EmbeddingKernelTest {
  private static final int CHUNK = BackwardScratch.TOKEN_CHUNK;

  private final Random random = new Random(11);

  @ParameterizedTest
  @CsvSource({"FP32, 12", "FP32, 7", "FP16, 12", "FP16, 5", "BF16, 8", "BF16, 3"})
  void rowsOfTheTableAreGathered(Precision precision, int width) {
    int rows = 41;
    int vocabulary = 9;
    float[] table = values(vocabulary * width);
    int[] tokens = tokens(rows, vocabulary);
    try (KernelRig rig = new KernelRig()) {
      DeviceArray output = rig.bytes((long) rows * width * precision.bytes());
      rig.run(
          KernelRig.typed("gather", precision),
          2,
          64,
          rig.floats(table).address(),
          rig.ints(tokens).address(),
          output.address(),
          (long) rows,
          width);
      float[] found = output.typed(precision);
      for (int i = 0; i < found.length; i++) {
        float element = table[tokens[i / width] * width + i % width];
        assertThat(found[i]).isEqualTo(Rounding.round(precision, element));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void oneHotRowsHaveTheirOneAtTheToken(Precision precision) {
    int[] tokens = {2, 0, 4, 4, 1, 3, 0};
    int vocabulary = 5;
    try (KernelRig rig = new KernelRig()) {
      DeviceArray output = rig.bytes((long) tokens.length * vocabulary * precision.bytes());
      rig.run(
          KernelRig.typed("one_hot", precision),
          1,
          32,
          rig.ints(tokens).address(),
          output.address(),
          (long) tokens.length,
          vocabulary);
      float[] found = output.typed(precision);
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).isEqualTo(tokens[i / vocabulary] == i % vocabulary ? 1 : 0);
      }
    }
  }

  // Numbers of tokens around whole chunks; more than 32 chunks; one block for all offsets.
  @ParameterizedTest
  @CsvSource({
    "1, 1, 32",
    "511, 2, 256",
    "512, 65, 128",
    "1025, 300, 512",
    "17001, 7, 256",
    "700, 5000, 1024"
  })
  void positionsAreSortedStablyByToken(int rows, int vocabulary, int block) {
    int[] tokens = tokens(rows, vocabulary);
    int[] expected =
        IntStream.range(0, rows)
            .boxed()
            .sorted(Comparator.comparingInt(i -> tokens[i]))
            .mapToInt(i -> i)
            .toArray();
    for (long order : KernelRig.ORDERS) {
      try (KernelRig rig = new KernelRig()) {
        rig.setSeed(order);
        Sorted sorted = sort(rig, rig.ints(tokens), rows, vocabulary, block);
        assertThat(sorted.order.ints()).containsExactly(expected);
        int[] offsets = sorted.offsets.ints();
        for (int v = 0; v <= vocabulary; v++) {
          int token = v;
          long before = Arrays.stream(tokens).filter(t -> t < token).count();
          assertThat((long) offsets[v]).isEqualTo(before);
        }
      }
    }
  }

  private record Sorted(DeviceArray order, DeviceArray offsets) {}

  private static Sorted sort(
      KernelRig rig, DeviceArray tokens, int rows, int vocabulary, int block) {
    int chunks = Math.ceilDiv(rows, CHUNK);
    DeviceArray ranks = rig.bytes(4L * rows);
    DeviceArray counts = rig.bytes(4L * chunks * vocabulary);
    DeviceArray totals = rig.bytes(4L * vocabulary);
    DeviceArray offsets = rig.bytes(4L * (vocabulary + 1));
    DeviceArray order = rig.bytes(4L * rows);
    long n = rows;
    rig.run(
        "token_rank",
        chunks,
        block,
        tokens.address(),
        ranks.address(),
        counts.address(),
        n,
        vocabulary);
    rig.run(
        "token_chunks",
        Math.ceilDiv(32 * vocabulary, block),
        block,
        counts.address(),
        totals.address(),
        chunks,
        vocabulary);
    rig.run("token_offsets", 1, block, totals.address(), offsets.address(), vocabulary);
    rig.run(
        "token_place",
        2,
        block,
        tokens.address(),
        ranks.address(),
        counts.address(),
        offsets.address(),
        order.address(),
        n,
        vocabulary);
    return new Sorted(order, offsets);
  }

  // Widths below, at and above the columns of a block; tokens that never occur.
  @ParameterizedTest
  @CsvSource({
    "FP32, 37, 5, 128, 32",
    "FP32, 300, 2, 131, 256",
    "FP32, 90, 120, 3, 64",
    "FP32, 8, 1, 1, 1024",
    "FP16, 53, 4, 40, 96",
    "BF16, 53, 4, 260, 256"
  })
  void rowsAreSummedByToken(Precision precision, int rows, int vocabulary, int width, int block) {
    int[] tokens = tokens(rows, vocabulary);
    float[] dx = values(rows * width);
    float[] old = values(vocabulary * width);
    double[] expected = new double[vocabulary * width];
    for (int i = 0; i < dx.length; i++) {
      expected[tokens[i / width] * width + i % width] += Rounding.round(precision, dx[i]);
    }
    for (int accumulate = 0; accumulate <= 1; accumulate++) {
      float[] first = null;
      for (long order : KernelRig.ORDERS) {
        try (KernelRig rig = new KernelRig()) {
          rig.setSeed(order);
          DeviceArray gradient = rig.floats(old);
          Sorted sorted = sort(rig, rig.ints(tokens), rows, vocabulary, 64);
          rig.run(
              KernelRig.typed("embedding_gradient", precision),
              vocabulary * Math.ceilDiv(width, 128),
              block,
              rig.typed(precision, dx).address(),
              sorted.order.address(),
              sorted.offsets.address(),
              gradient.address(),
              width,
              accumulate);
          float[] found = gradient.floats();
          for (int i = 0; i < found.length; i++) {
            // Up to 200 additions of numbers around 1, each rounded to 24 bits.
            assertThat((double) found[i])
                .isCloseTo(expected[i] + accumulate * old[i], within(200 * 0x1p-20));
          }
          first = first == null ? found : first;
          assertThat(found).containsExactly(first);
        }
      }
    }
  }

  @Test
  void theWindowIsTakenFromItsChunkOfTheLanes() {
    int steps = 3;
    int batch = 4;
    // Two chunks lie in the lanes: the second holds windows 5 and 6 of an epoch of 7.
    int offset = batch * (5 * steps + 1);
    int[] lanes = IntStream.range(100, 100 + offset + batch * (2 * steps + 1)).toArray();
    float[] h = values(15);
    try (KernelRig rig = new KernelRig()) {
      DeviceArray state = rig.state(1, 0);
      rig.run("set_corpus", 1, 32, state.address(), 7L, 99L, 0.0, 0.0);
      rig.run("set_position", 1, 32, state.address(), 4L, 7L + 6);
      rig.run("set_chunk", 1, 32, state.address(), 5L, 2L, (long) offset);
      Window window = new Window(rig, state, rig.ints(lanes), steps, batch, h);
      window.begin();
      for (int i = 0; i < steps * batch; i++) {
        int at = offset + i % batch * (2 * steps + 1) + steps + i / batch;
        assertThat(window.inputs.ints()[i]).isEqualTo(lanes[at]);
        assertThat(window.targets.ints()[i]).isEqualTo(lanes[at + 1]);
      }
      assertThat(window.h.floats()).containsExactly(h);
      assertThat(new StepState(state.read()).copy().get(KernelRig.LONG, StepState.DROPOUT_STEP))
          .isEqualTo(13);

      rig.run("window_end", 1, 32, state.address());
      assertThat(new StepState(state.read()).window()).isEqualTo(14);
      rig.run("set_chunk", 1, 32, state.address(), 0L, 5L, 0L);
      window.begin();
      assertThat(window.inputs.ints()).startsWith(lanes[0], lanes[5 * steps + 1]);
      assertThat(window.h.floats()).containsOnly(0);
      assertThat(window.c.floats()).containsOnly(0);
    }
  }

  /** Buffers of a window with an odd number of state words. */
  private static final class Window {
    private final KernelRig rig;
    private final DeviceArray state;
    private final DeviceArray lanes;
    private final int steps;
    private final int batch;
    private final int stateSize;
    final DeviceArray inputs;
    final DeviceArray targets;
    final DeviceArray h;
    final DeviceArray c;

    Window(KernelRig rig, DeviceArray state, DeviceArray lanes, int steps, int batch, float[] h) {
      this.rig = rig;
      this.state = state;
      this.lanes = lanes;
      this.steps = steps;
      this.batch = batch;
      this.stateSize = h.length;
      inputs = rig.bytes(4L * steps * batch);
      targets = rig.bytes(4L * steps * batch);
      this.h = rig.floats(h);
      c = rig.floats(h);
    }

    void begin() {
      rig.run(
          "window_begin",
          2,
          32,
          state.address(),
          lanes.address(),
          inputs.address(),
          targets.address(),
          h.address(),
          c.address(),
          2L * stateSize,
          steps,
          batch);
    }
  }

  private int[] tokens(int rows, int vocabulary) {
    return IntStream.range(0, rows).map(i -> random.nextInt(vocabulary)).toArray();
  }

  private float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}

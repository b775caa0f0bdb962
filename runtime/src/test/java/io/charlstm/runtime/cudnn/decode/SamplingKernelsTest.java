package io.charlstm.runtime.cudnn.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.bindings.cuda.DeviceMemory;
import io.charlstm.bindings.cuda.KernelCall;
import io.charlstm.bindings.cuda.PinnedMemory;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StreamRandom;
import io.charlstm.runtime.TokenSampler;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The drawing kernels find the tokens that the CPU's sampler finds. */
@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class SamplingKernelsTest {
  private static final int ROWS = 6;
  private static final float NO = Float.NEGATIVE_INFINITY;

  private DeviceUnderTest device;

  @BeforeEach
  void open() {
    device = new DeviceUnderTest();
  }

  @AfterEach
  void close() {
    if (device != null) {
      device.close();
    }
  }

  private static List<SamplingConfig> samplings(int vocabulary) {
    return List.of(
        new SamplingConfig(1, 0, 1, 0, true),
        SamplingConfig.DEFAULT,
        new SamplingConfig(0.7, 0, 1, 0, false),
        new SamplingConfig(1e-9, 0, 1, 0, false),
        new SamplingConfig(1e5, 0, 0.999, 0, false),
        new SamplingConfig(1.3, 1, 1, 0, false),
        new SamplingConfig(1.3, 3, 1, 0, false),
        new SamplingConfig(0.9, vocabulary + 5, 1, 0, false),
        new SamplingConfig(1, 0, 0.8, 0, false),
        new SamplingConfig(1, 0, 1e-9, 0, false),
        new SamplingConfig(1, Math.max(1, vocabulary / 3), 0.6, 0, false),
        new SamplingConfig(1, 0, 1, 0.3, false),
        new SamplingConfig(1.1, Math.max(1, vocabulary / 2), 0.9, 0.02, false));
  }

  /** Every third token shares its logit with others, so filters cut through ties. */
  private static float[] logits(int vocabulary, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] logits = new float[vocabulary];
    for (int i = 0; i < vocabulary; i++) {
      logits[i] =
          switch (random.nextInt(9)) {
            case 0, 1 -> 2;
            case 2 -> -0f;
            case 3 -> 0;
            case 4 -> vocabulary > 1 && i > 0 ? NO : 1;
            default -> (float) random.nextDouble(-4, 4);
          };
    }
    return logits;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 32, false",
    "2, 32, false",
    "65, 96, false",
    "33, 32, false",
    "300, 256, false",
    "600, 256, false",
    "1, 32, true",
    "65, 64, true",
    "300, 128, true"
  })
  void tokensAreThoseOfTheSampler(int vocabulary, int threads, boolean large) {
    TokenSampler sampler = new TokenSampler(vocabulary);
    float[] logits = new float[ROWS * vocabulary];
    for (int row = 0; row < ROWS; row++) {
      System.arraycopy(logits(vocabulary, row), 0, logits, row * vocabulary, vocabulary);
    }
    for (SamplingConfig sampling : samplings(vocabulary)) {
      Draw drawn = draw(logits, vocabulary, sampling, threads, large);
      for (int row = 0; row < ROWS; row++) {
        float[] own = Arrays.copyOfRange(logits, row * vocabulary, (row + 1) * vocabulary);
        double uniform = StreamRandom.uniform(seed(row), index(row));
        assertThat(drawn.drawn[row])
            .as("row %d of %d tokens, %s", row, vocabulary, sampling)
            .isEqualTo(sampler.draw(own, sampling, uniform));
        assertThat(drawn.tokens[row]).isEqualTo(drawn.drawn[row]);
        assertThat(drawn.draws[row]).isEqualTo(index(row) + 1);
      }
    }
  }

  @Test
  void logitsThatAreNotFiniteAreReported() {
    int vocabulary = 40;
    float[] logits = new float[ROWS * vocabulary];
    logits[3] = Float.NaN;
    logits[vocabulary + 39] = Float.POSITIVE_INFINITY;
    Arrays.fill(logits, 2 * vocabulary, 3 * vocabulary, NO);
    Arrays.fill(logits, 3 * vocabulary, 4 * vocabulary, NO);
    logits[3 * vocabulary + 17] = -3;
    Arrays.fill(logits, 4 * vocabulary, 5 * vocabulary, Float.NaN);
    for (boolean greedy : new boolean[] {false, true}) {
      for (boolean large : new boolean[] {false, true}) {
        SamplingConfig sampling = new SamplingConfig(1, 5, 0.9, 0, greedy);
        Draw drawn = draw(logits, vocabulary, sampling, 64, large);
        assertThat(Arrays.copyOf(drawn.drawn, 5)).containsExactly(-1, -1, -1, 17, -1);
        assertThat(Arrays.copyOf(drawn.tokens, 5)).containsExactly(0, 0, 0, 17, 0);
      }
    }
  }

  private static long seed(int row) {
    return 0x7000_0000_0000_0000L * row - 12345L * row;
  }

  private static long index(int row) {
    return row == 5 ? 1L << 40 : row * 3L;
  }

  private static final class Draw {
    private final int[] tokens;
    private final int[] drawn;
    private final long[] draws;

    Draw(int[] tokens, int[] drawn, long[] draws) {
      this.tokens = tokens;
      this.drawn = drawn;
      this.draws = draws;
    }
  }

  private Draw draw(
      float[] logits, int vocabulary, SamplingConfig sampling, int threads, boolean large) {
    return device.thread.call(
        () -> {
          try (DeviceMemory memory = DeviceMemory.allocate(bytes(vocabulary), "test");
              PinnedMemory sent = PinnedMemory.allocate(bytes(vocabulary), "test");
              PinnedMemory received = PinnedMemory.allocate(bytes(vocabulary), "test")) {
            write(sent.segment(), logits, vocabulary, sampling);
            return draw(memory, sent, received.segment(), vocabulary, threads, large);
          }
        });
  }

  private static long bytes(int vocabulary) {
    return 256 + ROWS * (3L * Long.BYTES + vocabulary * 12L);
  }

  // Settings at 0, seeds at 64, draws, tokens, drawn tokens, weights of tokens, logits.
  private static final long DRAWS = 64 + ROWS * 8L;
  private static final long TOKENS = DRAWS + ROWS * 8L;
  private static final long DRAWN = TOKENS + ROWS * 4L;
  private static final long WEIGHTS = DRAWN + ROWS * 4L;

  private static long values(int vocabulary) {
    return WEIGHTS + ROWS * 8L * vocabulary;
  }

  private static void write(
      MemorySegment host, float[] logits, int vocabulary, SamplingConfig sampling) {
    SamplingSettings.write(sampling, host);
    for (int row = 0; row < ROWS; row++) {
      host.set(ValueLayout.JAVA_LONG, 64 + row * 8L, seed(row));
      host.set(ValueLayout.JAVA_LONG, DRAWS + row * 8L, index(row));
    }
    MemorySegment.copy(logits, 0, host, ValueLayout.JAVA_FLOAT, values(vocabulary), logits.length);
  }

  private Draw draw(
      DeviceMemory memory,
      PinnedMemory sent,
      MemorySegment host,
      int vocabulary,
      int threads,
      boolean large) {
    long at = memory.address();
    long values = values(vocabulary);
    device.stream.copyToDevice(at, sent.segment(), TOKENS);
    device.stream.copyToDevice(at + values, sent.segment().asSlice(values), ROWS * 4L * vocabulary);
    Object[] arguments = {
      at + values, vocabulary, at, at + 64, at + DRAWS, at + TOKENS, at + DRAWN, at + WEIGHTS
    };
    String kernel = large ? "charlstm_sample_large" : "charlstm_sample_small";
    Object[] used = Arrays.copyOf(arguments, large ? 8 : 7);
    try (KernelCall call = device.kernel(kernel).call(used)) {
      call.launch(device.stream, ROWS, threads);
      device.stream.copyToHost(host, at, WEIGHTS);
      device.stream.synchronize();
    }
    return new Draw(
        host.asSlice(TOKENS, ROWS * 4L).toArray(ValueLayout.JAVA_INT),
        host.asSlice(DRAWN, ROWS * 4L).toArray(ValueLayout.JAVA_INT),
        host.asSlice(DRAWS, ROWS * 8L).toArray(ValueLayout.JAVA_LONG));
  }
}

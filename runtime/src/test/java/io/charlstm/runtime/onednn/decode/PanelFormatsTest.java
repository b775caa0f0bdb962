package io.charlstm.runtime.onednn.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.bindings.memory.NativeMemory;
import io.charlstm.runtime.NetworkConfig;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights of fewer bits, read back by multiplying with rows of the unit matrix. */
class PanelFormatsTest {
  private static final int K = 13;

  // Half the distance of neighbours of one lower half, relative to the smaller of them: 2^-8 at a
  // power of two, which may lie between the two.
  private static final double EIGHT_BITS = 1 / 256.0 * (1 + 1 / 128.0);

  @Test
  void bfloatPairsAreAsNearAsRoundingToEightBits() {
    Random random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      float lower = (float) (random.nextGaussian() * Math.scalb(1.0, random.nextInt(80) - 30));
      float upper = (float) (random.nextGaussian() * Math.scalb(1.0, random.nextInt(80) - 30));
      int pair = BfloatPanels.pair(lower, upper);
      assertThat(Math.abs((double) BfloatPanels.lower(pair) - lower))
          .isLessThanOrEqualTo(32768.0 * Math.ulp(lower));
      assertThat(Math.abs((double) BfloatPanels.upper(pair) - upper))
          .isLessThanOrEqualTo(Math.abs(upper) * EIGHT_BITS);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -0.0f, Float.MIN_VALUE, -1e-40f, 1e-30f, Float.MIN_NORMAL})
  void noBfloatPairReadsAsADenormalNumber(float small) {
    for (float partner : new float[] {0, 1, -0.37f, 1e-3f}) {
      float upper = BfloatPanels.upper(BfloatPanels.pair(partner, small));
      assertThat(Math.abs(upper)).isBetween((float) Math.scalb(1.0, -60), 1.8e-18f);
    }
  }

  @Test
  void bfloatPairsKeepHugeAndNotFiniteWeights() {
    for (float huge : new float[] {Float.MAX_VALUE, -Float.MAX_VALUE, 3.3e38f}) {
      float upper = BfloatPanels.upper(BfloatPanels.pair(0.7f, huge));
      assertThat(upper / huge).isCloseTo(1f, within(1 / 256f));
    }
    for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      assertThat(BfloatPanels.upper(BfloatPanels.pair(1, wrong))).isNotEqualTo(0f);
      assertThat(Float.isFinite(BfloatPanels.upper(BfloatPanels.pair(1, wrong)))).isFalse();
      assertThat(Float.isFinite(BfloatPanels.lower(BfloatPanels.pair(wrong, 1)))).isFalse();
    }
  }

  @Test
  void int8TakesHostileColumns() {
    for (DecoderKernels kernels : Decoders.allKernels()) {
      int panel = DecoderKernels.PANEL_VECTORS * kernels.lanes();
      float[] rows = new float[K * panel];
      Random random = new Random(2);
      for (int j = 0; j < K; j++) {
        for (int column = 0; column < panel; column++) {
          rows[j * panel + column] = hostile(column, j, random);
        }
      }
      float[][] read = readBack(kernels.products(WeightFormat.INT8), rows, panel);
      for (int j = 0; j < K; j++) {
        for (int column = 0; column < panel; column++) {
          assertRounded(read[j][column], rows, j, column, panel);
        }
      }
    }
  }

  // 0: zeros; 1: huge; 2: one outlier; 3: tiny; 4: not a number; others: ordinary.
  private static float hostile(int column, int j, Random random) {
    float ordinary = (float) random.nextGaussian();
    return switch (column) {
      case 0 -> 0;
      case 1 -> j % 2 == 0 ? Float.MAX_VALUE : -Float.MAX_VALUE / 3;
      case 2 -> j == 5 ? 1e6f : ordinary;
      case 3 -> ordinary * 1e-35f;
      case 4 -> j == 7 ? Float.NaN : ordinary;
      default -> ordinary * 0.1f;
    };
  }

  private static void assertRounded(float read, float[] rows, int j, int column, int panel) {
    double largest = 0;
    for (int row = 0; row < K; row++) {
      largest = Math.max(largest, Math.abs(rows[row * panel + column]));
    }
    float weight = rows[j * panel + column];
    if (column == 0) {
      assertThat(read).isZero();
    } else if (column == 4) {
      assertThat(read).isNaN();
    } else {
      // Half a step of 1/127 of the largest, and the rounding of that step to a float.
      assertThat((double) read).isCloseTo(weight, within(largest / 254 * (1 + 1e-5)));
    }
  }

  /** (k,panel), by multiplying with the rows of the unit matrix. */
  private static float[][] readBack(PanelProducts products, float[] rows, int panel) {
    try (NativeMemory memory = NativeMemory.allocate(products.panelBytes(K))) {
      products.encode(rows, K, memory.address());
      float[][] read = new float[K][panel];
      for (int j = 0; j < K; j++) {
        float[] unit = new float[K];
        unit[j] = 1;
        products.multiplyRow(memory.address(), 1, unit, 0, K, read[j], 0);
      }
      return read;
    }
  }

  @Test
  void oneRowAndSeveralRowsGiveTheSameBits() {
    for (DecoderKernels kernels : Decoders.allKernels()) {
      for (WeightFormat format : WeightFormat.values()) {
        for (int k : new int[] {1, 37, 300}) {
          assertSameBits(kernels, format, k);
        }
      }
    }
  }

  // More panels than any loop takes at a time; numbers of rows that need tiles of every size.
  private static void assertSameBits(DecoderKernels kernels, WeightFormat format, int k) {
    int panels = 8;
    int panel = DecoderKernels.PANEL_VECTORS * kernels.lanes();
    PanelProducts products = kernels.products(format);
    Random random = new Random(k);
    float[] x = gaussian(random, 11 * k);
    try (NativeMemory memory = NativeMemory.allocate(panels * products.panelBytes(k))) {
      for (int p = 0; p < panels; p++) {
        long to = memory.address() + p * products.panelBytes(k);
        products.encode(gaussian(random, k * panel), k, to);
      }
      float[][] single = new float[11][panels * panel];
      for (int row = 0; row < single.length; row++) {
        products.multiplyRow(memory.address(), panels, x, row * k, k, single[row], 0);
      }
      for (int rows = 1; rows <= single.length; rows++) {
        for (int p = 0; p < panels; p++) {
          long w = memory.address() + p * products.panelBytes(k);
          float[][] tiled = byTiles(kernels, products, w, x, rows, k);
          for (int row = 0; row < rows; row++) {
            assertThat(tiled[row])
                .isEqualTo(Arrays.copyOfRange(single[row], p * panel, (p + 1) * panel));
          }
        }
      }
    }
  }

  /** (rows,panel). Elements around the tiles and around the results are not numbers. */
  private static float[][] byTiles(
      DecoderKernels kernels, PanelProducts products, long w, float[] x, int rows, int k) {
    int panel = DecoderKernels.PANEL_VECTORS * kernels.lanes();
    int stride = panel + 1;
    RowTiles tiles = new RowTiles(kernels::tileRows, rows);
    tiles.split(0, rows);
    float[] tiled = new float[5 + rows * k + kernels.lanes()];
    float[] out = new float[3 + rows * stride];
    Arrays.fill(tiled, Float.NaN);
    Arrays.fill(out, Float.NaN);
    int[] from = new int[rows];
    Arrays.setAll(from, row -> row * k);
    float[][] results = new float[rows][];
    for (int tile = 0; tile < tiles.count(); tile++) {
      tiles.layOut(tile, 0, k, x, from, tiled, 5, k);
      int first = tiles.first(tile);
      int at = 3 + first * stride;
      products.multiplyTile(w, tiled, 5 + first * k, tiles.rows(tile), k, out, at, stride);
      assertThat(out[at + panel]).isNaN();
    }
    for (int row = 0; row < rows; row++) {
      int at = 3 + row * stride;
      results[row] = Arrays.copyOfRange(out, at, at + panel);
    }
    return results;
  }

  private static float[] gaussian(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void fewerBitsTakeLessMemory() {
    DecoderKernels kernels = DecoderKernelSelection.choose();
    DecoderShape shape = DecoderShape.of(NetworkConfig.of(65, 64, 192, 2), kernels.lanes());
    long weights = 4L * shape.gates() * 192 * 3;
    long exact = bytes(shape, kernels, WeightFormat.FLOAT32);
    assertThat(bytes(shape, kernels, WeightFormat.BFLOAT16)).isEqualTo(exact - weights / 2);
    // A scale for each gate of each unit and matrix comes on top.
    assertThat(bytes(shape, kernels, WeightFormat.INT8))
        .isEqualTo(exact - weights / 4 * 3 + 3 * 4L * shape.gates());
  }

  private static long bytes(DecoderShape shape, DecoderKernels kernels, WeightFormat format) {
    try (PackedWeights packed = new PackedWeights(shape, kernels, format)) {
      return packed.byteSize();
    }
  }
}

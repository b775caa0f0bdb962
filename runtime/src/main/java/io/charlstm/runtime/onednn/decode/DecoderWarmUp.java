package io.charlstm.runtime.onednn.decode;

import java.lang.foreign.Arena;
import java.util.EnumMap;
import java.util.Map;

/**
 * Runs the vector loops of a decoder on numbers that nobody reads, in a thread of its own, until
 * the just-in-time compiler has done with them; decoders take their first steps with plain loops
 * meanwhile. Before that a vector loop takes a hundred times as long as after it, and allocates.
 *
 * <p>They count as compiled when a round of them is faster than the same round of plain loops, or
 * after some seconds, so that a machine under load cannot keep a decoder from them.
 */
final class DecoderWarmUp {
  /** Compilation belongs to the process, and so do these: for one stream, and for several. */
  private static final Map<WeightFormat, DecoderWarmUp> SINGLE = new EnumMap<>(WeightFormat.class);

  private static final Map<WeightFormat, DecoderWarmUp> SEVERAL = new EnumMap<>(WeightFormat.class);

  private static final long LONGEST_NANOS = 5_000_000_000L;
  private static final int WON_ROUNDS = 20;
  private static final int K = 64;
  private static final int ROWS = 6;
  private static final int PANELS = 8;

  private final WeightFormat format;
  private final boolean several;
  private volatile boolean done;

  private DecoderWarmUp(WeightFormat format, boolean several) {
    this.format = format;
    this.several = several;
  }

  /**
   * The one for decoders of a weight format. The first call in a process starts its thread, a
   * daemon that ends by itself.
   */
  static DecoderWarmUp of(WeightFormat format, int streams) {
    boolean several = streams > 1;
    synchronized (SINGLE) {
      return (several ? SEVERAL : SINGLE).computeIfAbsent(format, key -> start(key, several));
    }
  }

  private static DecoderWarmUp start(WeightFormat format, boolean several) {
    DecoderWarmUp warmUp = new DecoderWarmUp(format, several);
    Thread.ofPlatform().daemon().name("charlstm-decoder-warm-up").start(warmUp::run);
    return warmUp;
  }

  /** Whether the loops are compiled. */
  boolean done() {
    return done;
  }

  private void run() {
    try (Arena arena = Arena.ofConfined()) {
      DecoderKernels vector = DecoderKernelSelection.vector();
      Round fast = new Round(vector, format, several, arena);
      Round plain = new Round(new PlainDecoderKernels(vector.lanes()), format, several, arena);
      long end = System.nanoTime() + LONGEST_NANOS;
      int won = 0;
      while (won < WON_ROUNDS && System.nanoTime() < end) {
        won = fast.nanos() < plain.nanos() ? won + 1 : 0;
      }
    } finally {
      done = true;
    }
  }

  /** All loops of one set of kernels, once. */
  static final class Round {
    private final DecoderKernels kernels;
    private final boolean several;
    private final PanelProducts products;
    private final PanelProducts headProducts;
    private final int panel;
    private final long weights;
    private final RowTiles tiles;
    private final float[] x;
    private final float[] gates;
    private final float[] more;

    Round(DecoderKernels kernels, WeightFormat format, boolean several, Arena arena) {
      this.kernels = kernels;
      this.several = several;
      products = kernels.products(format);
      headProducts = kernels.products(WeightFormat.FLOAT32);
      panel = DecoderKernels.PANEL_VECTORS * kernels.lanes();
      long bytes = Math.max(products.panelBytes(K), headProducts.panelBytes(K)) * PANELS;
      weights = arena.allocate(bytes, DecoderKernels.PANEL_VECTORS * Long.BYTES).address();
      gates = new float[Math.max(PANELS, ROWS) * panel];
      more = new float[Math.max(PANELS, ROWS) * panel];
      tiles = new RowTiles(kernels::tileRows, ROWS);
      x = new float[ROWS * K + kernels.lanes()];
    }

    long nanos() {
      long start = System.nanoTime();
      multiply(products);
      multiply(headProducts);
      for (int rows = 1; several && rows <= ROWS; rows++) {
        multiplyTiles(products, rows);
        multiplyTiles(headProducts, rows);
      }
      elementwise();
      return System.nanoTime() - start;
    }

    // One panel, and so many that the loops for more at a time all run.
    private void multiply(PanelProducts panels) {
      panels.multiplyRow(weights, 1, x, 0, K, gates, 0);
      panels.multiplyRow(weights, PANELS, x, 0, K, gates, 0);
    }

    private void multiplyTiles(PanelProducts panels, int rows) {
      tiles.split(0, rows);
      for (int tile = 0; tile < tiles.count(); tile++) {
        int row = tiles.first(tile);
        panels.multiplyTile(weights, x, row * K, tiles.rows(tile), K, more, row * panel, panel);
      }
    }

    private void elementwise() {
      int vectors = DecoderKernels.PANEL_VECTORS * PANELS;
      kernels.activateSum(gates, 0, more, 0, weights, vectors);
      kernels.activate(gates, 0, weights, vectors);
      kernels.updateCell(gates, 0, x, 0, PANELS);
      kernels.hidden(gates, 0, x, 0, x, 0, PANELS);
      kernels.add(gates, 0, weights, vectors);
      float max = kernels.max(gates, 0, vectors);
      kernels.exponentials(gates, 0, max, 1, more, vectors);
    }
  }
}

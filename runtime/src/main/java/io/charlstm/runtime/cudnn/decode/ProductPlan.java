package io.charlstm.runtime.cudnn.decode;

/**
 * Which kernel computes a product and how it is cut into blocks. All kernels that do give the same
 * bits, so which one is a matter of speed alone.
 *
 * <p>Reckoned for an H100 (132 multiprocessors, cache some 5 TB/s, 67 TFLOP/s), not measured: a
 * step reads the weights from the cache once for each block of streams. Of a network of 2 x 256 (3
 * MB) that takes half a microsecond, less than the launch of one of the step's L + 2 kernels, so a
 * few streams are spread over all multiprocessors. Blocks of 8 streams do 4 operations for a byte
 * read and stay below the cost of launches up to some 32 streams. Of 1024 streams of 2 x 512 a step
 * is 6.5 GFLOP, 0.1 ms, and blocks of 64 read 0.5 GB for it, 0.1 ms as well; blocks of 8 would read
 * 1.6 GB. They are taken as soon as they give every multiprocessor work.
 *
 * @param streamsOfBlock 1, 8 or 64, the ending of the kernel's name; 0 where the product is the
 *     matrix library's and a kernel finishes it
 * @param blocks size of the grid
 * @param threads size of a block
 */
record ProductPlan(int streamsOfBlock, int blocks, int threads) {
  static final int[] STREAMS_OF_BLOCK = {1, 8, 64};

  private static final int WARP = 32;
  private static final int FINISHING_THREADS = 256;

  /** With fewer streams, most of a large block would compute for nobody. */
  private static final int LEAST_FOR_LARGE = 48;

  /** The kernel for a product with a number of units, for S streams. */
  static ProductPlan choose(int units, int streams, int multiprocessors) {
    ProductPlan large = of(64, units, streams);
    if (streams >= LEAST_FOR_LARGE && large.blocks >= multiprocessors) {
      return large;
    }
    return of(streams < 3 ? 1 : 8, units, streams);
  }

  /** The plan with a given kernel. */
  static ProductPlan of(int streamsOfBlock, int units, int streams) {
    // As decode.cu has it: a warp for a unit; four units for a warp; the same four times over.
    int threads = streamsOfBlock == 64 ? 8 * WARP : 2 * WARP;
    int unitsOfBlock = streamsOfBlock == 1 ? threads / WARP : 8;
    long blocks = (long) Math.ceilDiv(units, unitsOfBlock) * Math.ceilDiv(streams, streamsOfBlock);
    if (blocks > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(streams + " streams are too many for " + units + " units");
    }
    return new ProductPlan(streamsOfBlock, (int) blocks, threads);
  }

  /**
   * The plan with a kernel that takes sums which a library has computed: a thread for each unit.
   */
  static ProductPlan finishing(int units, int streams) {
    return new ProductPlan(
        0,
        Math.toIntExact(Math.ceilDiv((long) units * streams, FINISHING_THREADS)),
        FINISHING_THREADS);
  }

  String kernel(String product) {
    return "charlstm_decode_" + product + "_" + (streamsOfBlock == 0 ? "finish" : streamsOfBlock);
  }
}

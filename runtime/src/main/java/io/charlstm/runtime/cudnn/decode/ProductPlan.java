package io.charlstm.runtime.cudnn.decode;

/**
 * Which kernel computes a product and how it is cut into blocks. All kernels give the same bits, so
 * this is a matter of speed alone.
 *
 * <p>A step's weights are read from the cache, at some 5 TB/s, once for each block of streams: of a
 * network of 2 x 256 in half a microsecond, less than a launch. So a few streams are spread over
 * all multiprocessors, and larger blocks are taken as soon as they give each of them work.
 *
 * @param streamsOfBlock 1, 8 or 64; the ending of the kernel's name
 * @param blocks size of the grid
 * @param threads size of a block
 */
record ProductPlan(int streamsOfBlock, int blocks, int threads) {
  static final int[] STREAMS_OF_BLOCK = {1, 8, 64};

  private static final int WARP = 32;

  /** The kernel for a product with a number of units, for S streams. */
  static ProductPlan choose(int units, int streams, int multiprocessors) {
    ProductPlan large = of(64, units, streams);
    if (large.blocks >= multiprocessors) {
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

  String kernel(String product) {
    return "charlstm_decode_" + product + "_" + streamsOfBlock;
  }
}

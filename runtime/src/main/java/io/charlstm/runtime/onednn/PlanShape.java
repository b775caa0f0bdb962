package io.charlstm.runtime.onednn;

import io.charlstm.runtime.NetworkConfig;

/**
 * Sizes of a plan and how its work is split. The B lanes go to {@code shards} of {@code rows} lanes
 * each, and the hidden units of each shard to {@code slices}, one a thread. When B is not divisible
 * the last shard's surplus rows are ghosts: they compute along with token 0 and no target, so that
 * all shards share the same matrix products. They cost no time, as the fullest shard has that many
 * rows anyway, and add exact zeros to gradients.
 *
 * @param sequenceLength T
 * @param batchSize B
 * @param rows R, lanes in each shard, ghosts included
 * @param shards number of shards
 * @param slices number of slices of each shard; shards times slices is at most the number of
 *     threads
 * @param training whether backward buffers exist
 * @param table whether layer 0 reads its input part from a table of V rows instead of computing it
 * @param storage of what the large products read
 * @param batchesInputs whether packed products of the layers' inputs are computed for a chunk of
 *     steps at once, which pays where the processor multiplies quicker than it reads weights
 */
record PlanShape(
    NetworkConfig config,
    int sequenceLength,
    int batchSize,
    int rows,
    int shards,
    int slices,
    boolean training,
    boolean table,
    Storage storage,
    boolean batchesInputs) {

  /** An evaluation plan keeps its table from window to window, so a larger one pays. */
  private static final long EVALUATION_REUSE = 64;

  /** With fewer the weights of large layers come from memory too often; more gain nothing. */
  private static final int CHUNK = 32;

  /** The same where a chunk's part of the weight gradients is computed while it is in the cache. */
  private static final int CACHED_CHUNK = 16;

  /** Weight gradients of a slice, in bytes, that stay in a core's cache beside a chunk. */
  private static final long CACHED_GRADIENTS = 1 << 20;

  /** From this H on packed products are faster; measured on AVX-512. */
  private static final int SMALLEST_PACKED = 128;

  /** Elements of float32 in a cache line. */
  private static final int LINE = 16;

  /** Logit gradients are kept in rows of whole cache lines of bfloat16. */
  private static final int SCORES_UNIT = 32;

  static PlanShape of(
      NetworkConfig config,
      int sequenceLength,
      int batchSize,
      PlanSplit wanted,
      boolean training,
      Storage storage,
      boolean batchesInputs) {
    requireSizes(sequenceLength, batchSize);
    PlanSplit split = wanted.within(batchSize, config.hiddenSize());
    return new PlanShape(
        config,
        sequenceLength,
        batchSize,
        Math.ceilDiv(batchSize, split.shards()),
        split.shards(),
        split.slices(),
        training,
        tablePays(config, (long) sequenceLength * batchSize, training),
        storage,
        batchesInputs);
  }

  /** Throws {@link IllegalArgumentException} unless there is a step and a lane. */
  static void requireSizes(int sequenceLength, int batchSize) {
    requirePositive("sequence length", sequenceLength);
    requirePositive("batch size", batchSize);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1: " + value);
    }
  }

  // The table replaces T*B rows of the input product by V rows. Input dropout differs from lane to
  // lane and so rules it out; a one-hot input always needs it.
  private static boolean tablePays(NetworkConfig config, long tokens, boolean training) {
    if (config.oneHot()) {
      return true;
    }
    if (training) {
      return config.inputDropout() == 0 && config.vocabularySize() <= tokens;
    }
    return config.vocabularySize() <= EVALUATION_REUSE * tokens;
  }

  /** Workers that compute the steps of a window. */
  int workers() {
    return shards * slices;
  }

  int hidden() {
    return config.hiddenSize();
  }

  int layers() {
    return config.numLayers();
  }

  int vocabulary() {
    return config.vocabularySize();
  }

  /** Columns of [x,h] that are x: none when layer 0 reads a table. */
  int inputWidth(int layer) {
    if (layer > 0) {
      return hidden();
    }
    return table ? 0 : config.embeddingSize();
  }

  /** K of a layer's stacked product: columns of [x,h]. */
  int width(int layer) {
    return inputWidth(layer) + hidden();
  }

  /** Elements from one row of [x,h] to the next. */
  int stackedStride(int layer) {
    return spread(width(layer));
  }

  /** Elements from one row of 4H gates to the next. */
  int gateStride() {
    return spread(4 * hidden());
  }

  /**
   * A row's elements and, in float32, so many more that rows are an odd number of cache lines
   * apart. Rows that are a power of two apart share a few sets of the first-level cache, where
   * those that a product down a column reads drive each other out: plain {@code sgemm} was measured
   * to take twice as long. Products of bfloat16 copy what they read.
   */
  private int spread(int elements) {
    if (storage != Storage.FP32) {
      return elements;
    }
    return LINE * (Math.ceilDiv(elements, LINE) | 1);
  }

  /** The hidden units of a slice, in every layer. */
  Span units(int slice) {
    return Span.ofColumns(hidden(), slice, slices);
  }

  /**
   * The columns of a layer's x whose gradients a slice computes: those that it goes on with in the
   * layer below.
   */
  Span inputs(int layer, int slice) {
    return Span.ofColumns(inputWidth(layer), slice, slices);
  }

  /** Steps of which a slice computes the output projection, loss and their gradient. */
  Span headSteps(int slice) {
    return Span.ofSteps(sequenceLength, slice, slices);
  }

  /** Columns of the gradient of [x,h] that a slice computes. */
  int gradientWidth(int layer, int slice) {
    return inputs(layer, slice).count() + units(slice).count();
  }

  /** Rows of T steps of one shard. */
  long shardTokens() {
    return (long) sequenceLength * rows;
  }

  /** Steps that one layer does before the next layer takes over. */
  int chunk() {
    boolean small = gradientsByChunk() || batchesInputs;
    return Math.min(sequenceLength, small ? CACHED_CHUNK : CHUNK);
  }

  /**
   * Whether each shard sums up its part of the weights' gradients chunk by chunk, some columns a
   * slice, while what they are made of is still in the cache. Otherwise each worker sums some
   * columns over all shards at the end of the window, which needs no memory for the parts.
   */
  boolean gradientsByChunk() {
    if (!training || storage != Storage.FP32) {
      return false;
    }
    long rows = 0;
    for (int layer = 0; layer < layers(); layer++) {
      rows += width(layer);
    }
    return 16 * rows * hidden() / slices <= CACHED_GRADIENTS;
  }

  /** Steps whose gradient of [x,h] is kept; all for the input of layer 0, which is read later. */
  int gradientSlots(int layer) {
    return layer == 0 && !table ? sequenceLength : chunk();
  }

  /**
   * Whether the products of the layers' inputs are computed for a chunk of steps at once, so that
   * only h is multiplied step by step. With a single row reading the weights is all that counts.
   */
  boolean batchedInput() {
    return plainProducts() ? rows == 1 && !training : batchesInputs;
  }

  /**
   * Whether step products are plain {@code sgemm}. It costs less a call, which decides for small H,
   * and is quick with a single row; for the rest packed weights make the product itself faster. It
   * knows float32 only.
   */
  boolean plainProducts() {
    return storage == Storage.FP32 && (rows == 1 || hidden() < SMALLEST_PACKED);
  }

  /** Elements from one row of the logits' rounded gradients to the next. */
  int logitGradientStride() {
    return Math.ceilDiv(vocabulary(), SCORES_UNIT) * SCORES_UNIT;
  }

  /** Lanes of a shard that are not ghosts. */
  int realRows(int shard) {
    return Math.min(rows, batchSize - shard * rows);
  }

  int firstLane(int shard) {
    return shard * rows;
  }

  /** Whether each window reads a copy of the recurrent weights. */
  boolean dropsWeights() {
    return training && config.dropsWeights();
  }

  /** Whether the last layer's h goes to a buffer of its own, where it can be dropped out. */
  boolean separateOutput() {
    return training && config.outputDropout() > 0;
  }
}

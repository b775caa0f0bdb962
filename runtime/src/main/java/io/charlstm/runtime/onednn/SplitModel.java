package io.charlstm.runtime.onednn;

import io.charlstm.runtime.NetworkConfig;

/**
 * Chooses how a plan's work is split over threads, by an estimate of a window's time. Every figure
 * is a constant, so that the choice, and with it the rounding of sums, depends on nothing but sizes
 * and the number of threads. {@code bench/SCALING.md} has the sources of the constants and what
 * they predict.
 *
 * <p>More shards leave each thread fewer rows, for which it reads the same weights; more slices
 * leave it fewer columns, but the threads of a shard meet once a step, layer and direction.
 */
public final class SplitModel {
  /** Up to so many threads the batch split was measured to be the faster one. */
  private static final int MEASURED_THREADS = 2;

  /** Multiply-adds count as two: operations a nanosecond of one thread's large product. */
  private static final double FP32_RATE = 215;

  private static final double BF16_RATE = 430;

  /** Bytes of weights a nanosecond that one thread reads from its own cache. */
  private static final double NEAR_RATE = 128;

  /** The same from the cache that cores share. */
  private static final double FAR_RATE = 98;

  /** Weights of a layer that stay in a thread's own cache. */
  private static final double NEAR_BYTES = 1 << 20;

  /** Nanoseconds of a call of sgemm. */
  private static final double SGEMM_CALL = 110;

  /** Nanoseconds of executing a primitive. */
  private static final double PRIMITIVE_CALL = 700;

  /** Nanoseconds of a vector of cells, forward. */
  private static final double CELLS_FORWARD = 30;

  /** The same backward. */
  private static final double CELLS_BACKWARD = 8;

  private static final int VECTOR = 16;

  /** Units of a slice at least: the loops over fewer are not compiled as a whole and allocate. */
  private static final int NARROWEST = 2 * VECTOR;

  /** Nanoseconds that a barrier takes for each thread that comes to it. */
  private static final double ARRIVAL = 44;

  /** What two threads that meet at every step wait for each other, of what they do in between. */
  private static final double WAITING = 0.25;

  private final NetworkConfig config;
  private final int sequenceLength;
  private final int batchSize;
  private final boolean training;
  private final Storage storage;
  private final boolean batchesInputs;

  /**
   * A model of training windows (T,B), fp32 or bf16, for benchmarks that print what it predicts.
   */
  public static SplitModel ofTraining(
      NetworkConfig config, int sequenceLength, int batchSize, CpuPrecision precision) {
    Storage storage = precision == CpuPrecision.BF16 ? Storage.BF16 : Storage.FP32;
    return new SplitModel(config, sequenceLength, batchSize, true, storage, false);
  }

  SplitModel(
      NetworkConfig config,
      int sequenceLength,
      int batchSize,
      boolean training,
      Storage storage,
      boolean batchesInputs) {
    PlanShape.requireSizes(sequenceLength, batchSize);
    this.config = config;
    this.sequenceLength = sequenceLength;
    this.batchSize = batchSize;
    this.training = training;
    this.storage = storage;
    this.batchesInputs = batchesInputs;
  }

  /** The split of the least estimated time; of equal ones the one with fewer slices. */
  public PlanSplit choose(int threads) {
    PlanSplit best = batchSplit(threads);
    if (threads <= MEASURED_THREADS && batchSize >= threads) {
      return best;
    }
    double least = windowNanos(best, threads);
    int most = Math.clamp(config.hiddenSize() / NARROWEST, 1, threads);
    for (int slices = 1; slices <= most; slices++) {
      for (int shards = Math.min(batchSize, threads / slices); shards >= 1; shards--) {
        PlanSplit split = new PlanSplit(shards, slices).within(batchSize, config.hiddenSize());
        double nanos = windowNanos(split, threads);
        if (nanos < least) {
          best = split;
          least = nanos;
        }
      }
    }
    return best;
  }

  /** As many shards as there are threads or lanes. */
  public PlanSplit batchSplit(int threads) {
    return new PlanSplit(threads, 1).within(batchSize, config.hiddenSize());
  }

  /** Estimated nanoseconds of a window, all but packing and update. */
  public double windowNanos(PlanSplit split, int threads) {
    PlanShape shape =
        PlanShape.of(config, sequenceLength, batchSize, split, training, storage, batchesInputs);
    double nanos = sequenceLength * stepNanos(shape) + headNanos(shape, threads);
    return training ? nanos + gradientNanos(shape, threads) : nanos;
  }

  /** All layers of a step there and back, in the slice that has the most. */
  private double stepNanos(PlanShape shape) {
    int units = (int) Columns.most(shape.hidden(), shape.slices());
    double vectors = (double) shape.rows() * Math.ceilDiv(units, VECTOR);
    double nanos = 0;
    for (int layer = 0; layer < shape.layers(); layer++) {
      int inputs = (int) Columns.most(shape.inputWidth(layer), shape.slices());
      nanos += forwardProduct(shape, layer, 4 * units) + CELLS_FORWARD * vectors;
      if (training) {
        nanos += backwardProduct(shape, inputs, units) + CELLS_BACKWARD * vectors;
      }
    }
    if (shape.slices() == 1) {
      return nanos;
    }
    // The slowest of some threads is the later, the more they are: once more as much each doubling.
    double waiting = WAITING * Math.log(shape.slices()) / Math.log(2);
    int meetings = shape.layers() * (training ? 2 : 1);
    return (1 + waiting) * nanos + meetings * ARRIVAL * shape.slices();
  }

  private double forwardProduct(PlanShape shape, int layer, int columns) {
    int input = shape.inputWidth(layer);
    if (!shape.batchedInput() || input == 0) {
      return product(shape, shape.rows(), shape.width(layer), columns);
    }
    return product(shape, shape.rows(), shape.hidden(), columns)
        + chunkProduct(shape, input, columns);
  }

  private double backwardProduct(PlanShape shape, int inputs, int units) {
    int gates = 4 * shape.hidden();
    if (!shape.batchedInput() || inputs == 0) {
      return product(shape, shape.rows(), gates, inputs + units);
    }
    return product(shape, shape.rows(), gates, units) + chunkProduct(shape, gates, inputs);
  }

  /** A step's part of a product of all steps of a chunk. */
  private double chunkProduct(PlanShape shape, int inner, int columns) {
    int chunk = shape.chunk();
    return product(shape, chunk * shape.rows(), inner, columns) / chunk;
  }

  /**
   * (rows,inner) times (inner,columns): as slow as its arithmetic or the reading of its weights.
   */
  private double product(PlanShape shape, int rows, int inner, int columns) {
    double bytes = (double) inner * columns * storage.bytes();
    double reading = bytes / (bytes <= NEAR_BYTES ? NEAR_RATE : FAR_RATE);
    double computing = arithmetic(rows, inner, columns);
    double call = shape.plainProducts() ? SGEMM_CALL : PRIMITIVE_CALL;
    return call + Math.max(reading, computing);
  }

  private double arithmetic(double rows, double inner, double columns) {
    return 2 * rows * inner * columns / (storage == Storage.BF16 ? BF16_RATE : FP32_RATE);
  }

  /** Projection, going back its gradient, and that of the output weights. */
  private double headNanos(PlanShape shape, int threads) {
    double rows = (double) shape.headSteps(0).count() * shape.rows();
    double nanos = arithmetic(rows, shape.hidden(), shape.vocabulary());
    if (!training) {
      return nanos;
    }
    double tokens = (double) shape.shards() * shape.shardTokens();
    double columns = (double) Columns.most(shape.hidden(), threads);
    return 2 * nanos + arithmetic(tokens, shape.vocabulary(), columns);
  }

  /** Of the layers' weights: by slices of each shard, or by all threads over all shards. */
  private double gradientNanos(PlanShape shape, int threads) {
    boolean byChunk = shape.gradientsByChunk();
    long gates = 4L * shape.hidden();
    double tokens = (double) shape.shardTokens() * (byChunk ? 1 : shape.shards());
    double columns = (double) Columns.most(gates, byChunk ? shape.slices() : threads);
    double nanos = 0;
    for (int layer = 0; layer < shape.layers(); layer++) {
      nanos += arithmetic(tokens, shape.width(layer), columns);
    }
    return nanos;
  }
}

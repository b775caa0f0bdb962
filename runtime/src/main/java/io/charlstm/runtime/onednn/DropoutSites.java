package io.charlstm.runtime.onednn;

import io.charlstm.runtime.DropoutMask;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.kernels.Kernels;

/**
 * The dropout masks of one window. Site 0 is the embedded input, site 1 + l the output of layer l;
 * beside them each layer's recurrent weights have one. Masks are drawn afresh in the backward pass
 * rather than stored.
 */
final class DropoutSites {
  private final PlanShape shape;
  private final Kernels kernels;
  private final double[] probabilities;
  private final int[] thresholds;
  private final float[] scales;
  private final long[] keys;
  private final int weightThreshold;
  private final float weightScale;
  private final long[] weightKeys;
  private boolean active;

  DropoutSites(PlanShape shape, Kernels kernels) {
    this.shape = shape;
    this.kernels = kernels;
    NetworkConfig config = shape.config();
    int sites = shape.layers() + 1;
    probabilities = new double[sites];
    for (int l = 0; l < sites - 2; l++) {
      probabilities[l + 1] = config.dropout();
    }
    probabilities[DropoutMask.INPUT_SITE] = config.inputDropout();
    probabilities[sites - 1] = config.outputDropout();
    weightThreshold = DropoutMask.keepThreshold(config.weightDropout());
    weightScale = (float) (1 / (1 - config.weightDropout()));
    weightKeys = new long[shape.layers()];
    thresholds = new int[sites];
    scales = new float[sites];
    keys = new long[sites];
    for (int site = 0; site < sites; site++) {
      thresholds[site] = DropoutMask.keepThreshold(probabilities[site]);
      scales[site] = (float) (1 / (1 - probabilities[site]));
    }
  }

  /** Draws new masks for a training window. */
  void start(TrainingPass pass) {
    active = true;
    for (int site = 0; site < keys.length; site++) {
      keys[site] = DropoutMask.key(pass.dropoutSeed(), pass.dropoutStep(), site);
    }
    for (int layer = 0; layer < weightKeys.length; layer++) {
      int site = DropoutMask.weightSite(layer);
      weightKeys[layer] = DropoutMask.key(pass.dropoutSeed(), pass.dropoutStep(), site);
    }
  }

  /** No dropout in the next window. */
  void stop() {
    active = false;
  }

  boolean drops(int site) {
    return active && probabilities[site] > 0;
  }

  /** Whether the window that is under way has recurrent weights of its own. */
  boolean dropsWeights() {
    return active && shape.dropsWeights();
  }

  /**
   * Masks some columns of one step of one shard in place. Which elements are kept does not depend
   * on how columns are split.
   *
   * @param address of the first of these columns, rows {@code stride} elements apart
   * @param width of all columns
   */
  void apply(
      int site, ShardBuffers shard, int step, long address, long stride, Span columns, int width) {
    long drawn = shape.config().sharesMasks() ? 0 : step;
    long lane = drawn * shape.batchSize() + shape.firstLane(shard.index);
    kernels.dropout(
        address,
        stride,
        address,
        stride,
        shape.realRows(shard.index),
        columns.count(),
        keys[site],
        lane * width + columns.first(),
        width,
        thresholds[site],
        scales[site]);
  }

  /**
   * Masks some rows of a layer's recurrent weights (H,4H), or of their gradient.
   *
   * @param source the first of the rows
   * @param target where it goes; may be the same
   * @param first its index
   */
  void applyToWeights(int layer, long source, long target, long first, int rows) {
    int width = 4 * shape.hidden();
    kernels.dropout(
        source,
        width,
        target,
        width,
        rows,
        width,
        weightKeys[layer],
        first * width,
        width,
        weightThreshold,
        weightScale);
  }
}

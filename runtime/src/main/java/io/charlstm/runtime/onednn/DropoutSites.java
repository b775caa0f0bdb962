package io.charlstm.runtime.onednn;

import io.charlstm.runtime.DropoutMask;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.kernels.Kernels;

/**
 * The dropout masks of one window. Site 0 is the embedded input, site 1 + l the output of layer l.
 * Masks are drawn afresh in the backward pass rather than stored.
 */
final class DropoutSites {
  private final PlanShape shape;
  private final Kernels kernels;
  private final double[] probabilities;
  private final int[] thresholds;
  private final float[] scales;
  private final long[] keys;
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
  }

  /** No dropout in the next window. */
  void stop() {
    active = false;
  }

  boolean drops(int site) {
    return active && probabilities[site] > 0;
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
    long lane = (long) step * shape.batchSize() + shape.firstLane(shard.index);
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
}

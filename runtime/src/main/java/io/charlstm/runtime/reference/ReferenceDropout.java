package io.charlstm.runtime.reference;

import io.charlstm.runtime.DropoutMask;

/** Inverted dropout at one place of the network: kept elements are scaled by 1/(1-p). */
final class ReferenceDropout {
  private final int site;
  private final double probability;
  private final boolean shared;

  /**
   * @param site {@link DropoutMask#INPUT_SITE}, or 1 + l behind layer l
   * @param shared whether all time steps of a window share a mask
   */
  ReferenceDropout(int site, double probability, boolean shared) {
    this.site = site;
    this.probability = probability;
    this.shared = shared;
  }

  /**
   * Applies the mask in place: to the values in the forward pass and to their gradient in the
   * backward pass.
   *
   * @param values (steps,B,width), the first {@code length} elements
   * @param stepLength elements of a time step, B*width
   */
  void apply(double[] values, int length, int stepLength, long seed, long step) {
    if (probability == 0) {
      return;
    }
    long key = DropoutMask.key(seed, step, site);
    int threshold = DropoutMask.keepThreshold(probability);
    for (int i = 0; i < length; i++) {
      int index = shared ? i % stepLength : i;
      values[i] = DropoutMask.keeps(key, index, threshold) ? values[i] / (1 - probability) : 0;
    }
  }
}

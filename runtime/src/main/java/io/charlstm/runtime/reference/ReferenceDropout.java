package io.charlstm.runtime.reference;

import io.charlstm.runtime.DropoutMask;

/** Inverted dropout at one place of the network: kept elements are scaled by 1/(1-p). */
final class ReferenceDropout {
  private final int site;
  private final double probability;

  /**
   * @param site {@link DropoutMask#INPUT_SITE}, or 1 + l behind layer l
   */
  ReferenceDropout(int site, double probability) {
    this.site = site;
    this.probability = probability;
  }

  /**
   * Applies the mask in place: to the values in the forward pass and to their gradient in the
   * backward pass.
   *
   * @param values (steps,B,width), the first {@code length} elements
   */
  void apply(double[] values, int length, long seed, long step) {
    if (probability == 0) {
      return;
    }
    long key = DropoutMask.key(seed, step, site);
    int threshold = DropoutMask.keepThreshold(probability);
    for (int i = 0; i < length; i++) {
      values[i] = DropoutMask.keeps(key, i, threshold) ? values[i] / (1 - probability) : 0;
    }
  }
}

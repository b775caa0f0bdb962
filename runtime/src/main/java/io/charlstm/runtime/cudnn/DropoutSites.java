package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.DropoutMask;
import io.charlstm.runtime.NetworkConfig;

/**
 * The dropout masks of a network's activations. Site 0 is the embedded input, site 1 + l the output
 * of layer l. Masks are drawn afresh in the backward pass rather than stored.
 */
final class DropoutSites {
  private final double[] probabilities;

  DropoutSites(NetworkConfig config) {
    int sites = config.numLayers() + 1;
    probabilities = new double[sites];
    for (int site = 1; site < sites - 1; site++) {
      probabilities[site] = config.dropout();
    }
    probabilities[DropoutMask.INPUT_SITE] = config.inputDropout();
    probabilities[sites - 1] = config.outputDropout();
  }

  boolean drops(int site) {
    return probabilities[site] > 0;
  }

  int threshold(int site) {
    return DropoutMask.keepThreshold(probabilities[site]);
  }

  /** 1/(1-p). */
  float scale(int site) {
    return (float) (1 / (1 - probabilities[site]));
  }
}

package io.charlstm.runtime.reference;

import io.charlstm.runtime.DropoutMask;
import io.charlstm.runtime.TrainingPass;
import java.util.Arrays;

/**
 * DropConnect on a layer's recurrent weights (Merity, Keskar and Socher 2018, after Wan et al.
 * 2013): a training window reads a copy of which some elements are dropped and the others scaled by
 * 1/(1-p), the same copy in all of its steps.
 */
final class ReferenceWeightDropout {
  private final int site;
  private final double probability;
  private final int rows;
  private final int columns;

  /** The copy (4H,H). */
  final double[] dropped;

  /** Gradient of the copy (4H,H), of one window. */
  final double[] gradient;

  ReferenceWeightDropout(int layer, double probability, int hiddenSize) {
    this.site = DropoutMask.weightSite(layer);
    this.probability = probability;
    rows = 4 * hiddenSize;
    columns = hiddenSize;
    dropped = new double[Math.multiplyExact(rows, columns)];
    gradient = new double[dropped.length];
  }

  /** Draws the window's copy of the weights (4H,H), and clears its gradient. */
  void draw(double[] weights, TrainingPass pass) {
    Arrays.fill(gradient, 0);
    Arrays.fill(dropped, 0);
    addKept(weights, dropped, pass);
  }

  /** Adds the gradient of the weights, which is the copy's under the same mask. */
  void addGradient(double[] weightGradient, TrainingPass pass) {
    addKept(gradient, weightGradient, pass);
  }

  private void addKept(double[] source, double[] destination, TrainingPass pass) {
    long key = DropoutMask.key(pass.dropoutSeed(), pass.dropoutStep(), site);
    int threshold = DropoutMask.keepThreshold(probability);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        if (DropoutMask.keeps(key, (long) column * rows + row, threshold)) {
          int i = row * columns + column;
          destination[i] += source[i] / (1 - probability);
        }
      }
    }
  }
}

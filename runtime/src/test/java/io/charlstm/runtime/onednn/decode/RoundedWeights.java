package io.charlstm.runtime.onednn.decode;

import io.charlstm.runtime.NetworkConfig;

/**
 * Weights as a decoder of fewer bits has them, computed from the definition of each format. What
 * stays float32 is as it was: everything but the recurrence and the input, and of layer 0 the input
 * too where it comes from a table.
 */
final class RoundedWeights {
  private final int hidden;

  private RoundedWeights(int hidden) {
    this.hidden = hidden;
  }

  static RandomWeights of(
      NetworkConfig config, RandomWeights weights, WeightFormat format, boolean table) {
    RandomWeights rounded = weights.copy();
    RoundedWeights rounding = new RoundedWeights(config.hiddenSize());
    for (int layer = 0; layer < config.numLayers(); layer++) {
      rounding.round(rounded.get("lstm.weight_hh_l" + layer), format);
      if (layer > 0 || !table) {
        rounding.round(rounded.get("lstm.weight_ih_l" + layer), format);
      }
    }
    return rounded;
  }

  /** Rounds a (4H,k) tensor, gates i, f, g, o. */
  private void round(float[] weights, WeightFormat format) {
    int k = weights.length / (4 * hidden);
    switch (format) {
      case FLOAT32 -> {}
      case INT8 -> {
        for (int row = 0; row < 4 * hidden; row++) {
          wholeNumbers(weights, row * k, k);
        }
      }
      case BFLOAT16 -> {
        for (int i = 0; i < hidden * k; i++) {
          pair(weights, i, i + hidden * k, 1);
          pair(weights, i + 2 * hidden * k, i + 3 * hidden * k, 2);
        }
      }
    }
  }

  private static void wholeNumbers(float[] weights, int from, int k) {
    float largest = 0;
    for (int j = from; j < from + k; j++) {
      largest = Math.max(largest, Math.abs(weights[j]));
    }
    float scale = largest / 127;
    for (int j = from; j < from + k; j++) {
      weights[j] = (float) (Math.rint(weights[j] / (double) scale) * scale);
    }
  }

  /** Gate g is kept doubled, and so are its bits, which are the lower half of o. */
  private static void pair(float[] weights, int lower, int upper, float factor) {
    double spacing = Math.ulp(weights[lower]) * 65536.0;
    float low = (float) (Math.rint(weights[lower] / spacing) * spacing);
    weights[lower] = low;
    weights[upper] =
        nearestWithLowerHalf(weights[upper], Float.floatToIntBits(factor * low) >>> 16);
  }

  /** Of the floats of that lower half, the one nearest to a value, which is not next to zero. */
  private static float nearestWithLowerHalf(float value, int lowerHalf) {
    float nearest = Float.NaN;
    double distance = Double.POSITIVE_INFINITY;
    for (long steps = -2; steps <= 2; steps++) {
      long bits = (Float.floatToIntBits(value) & 0xffff0000L) + (steps << 16);
      float candidate = Float.intBitsToFloat((int) bits | lowerHalf);
      double off = Math.abs((double) candidate - value);
      if (off < distance) {
        distance = off;
        nearest = candidate;
      }
    }
    return nearest;
  }
}

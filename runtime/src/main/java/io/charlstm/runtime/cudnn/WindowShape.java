package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.NetworkConfig;

/**
 * Sizes of a plan.
 *
 * @param sequenceLength T
 * @param batchSize B
 * @param training whether it can train
 */
record WindowShape(
    NetworkConfig config,
    Precision precision,
    int sequenceLength,
    int batchSize,
    boolean training) {

  /** The most steps that cuDNN takes at a time. */
  private static final int MOST_STEPS = 65_535;

  WindowShape {
    requirePositive("sequence length", sequenceLength);
    requirePositive("batch size", batchSize);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1: " + value);
    }
  }

  /** Throws when indices of the window's tensors would not fit where 32 bits hold them. */
  void requireIndexable() {
    if (sequenceLength > MOST_STEPS) {
      throw new IllegalArgumentException(
          "sequence length must be at most " + MOST_STEPS + " on a GPU: " + sequenceLength);
    }
    if (rows() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a window must have less than 2^31 tokens on a GPU: " + rows());
    }
  }

  /** T*B, tokens in a window. */
  long rows() {
    return (long) sequenceLength * batchSize;
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

  /** Elements of h, and of c: L*B*H. */
  long stateElements() {
    return (long) layers() * batchSize * hidden();
  }

  /** Number of LSTM descriptors. */
  int parts() {
    return LstmStack.isSplit(config) ? layers() : 1;
  }

  /** How windows of a number of steps are cut where each layer has a descriptor. */
  WindowPieces pieces(int steps) {
    return WindowPieces.of(steps, parts());
  }

  /** Site of the mask on the output of a part's last layer. */
  int siteAbove(int part) {
    return parts() == 1 ? layers() : 1 + part;
  }

  /** Whether each training window reads recurrent weights of its own. */
  boolean dropsWeights() {
    return training && config.dropsWeights();
  }

  /** Whether the output projection reads a masked copy of the last layer's h while training. */
  boolean masksOutput() {
    return training && config.outputDropout() > 0;
  }

  /** "a plan for T steps of B lanes". */
  String describe() {
    return "a plan for " + sequenceLength + " steps of " + batchSize + " lanes";
  }
}

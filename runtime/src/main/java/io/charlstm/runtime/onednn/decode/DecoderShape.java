package io.charlstm.runtime.onednn.decode;

import io.charlstm.runtime.NetworkConfig;

/**
 * Sizes of a decoder's packed tensors, in floats unless said otherwise.
 *
 * @param config the network
 * @param lanes floats in a vector
 * @param inputTable whether layer 0's input product is looked up in a table over the vocabulary
 *     (embedding * W_ih^T + b, or a column of W_ih when one-hot) instead of being computed
 */
record DecoderShape(NetworkConfig config, int lanes, boolean inputTable) {

  /** Bytes a table may take where it is larger than the embedding it replaces. */
  private static final long TABLE_LIMIT = 256L << 20;

  static DecoderShape of(NetworkConfig config, int lanes) {
    long table = 16L * config.vocabularySize() * config.hiddenSize();
    return new DecoderShape(config, lanes, config.oneHot() || table <= TABLE_LIMIT);
  }

  int vocabulary() {
    return config.vocabularySize();
  }

  int hidden() {
    return config.hiddenSize();
  }

  int layers() {
    return config.numLayers();
  }

  /** Groups of units: ceil(H / lanes). */
  int groups() {
    return Math.ceilDiv(hidden(), lanes);
  }

  /** H rounded up to whole vectors. */
  int paddedHidden() {
    return groups() * lanes;
  }

  /** Floats in a panel row. */
  int panel() {
    return DecoderKernels.PANEL_VECTORS * lanes;
  }

  /** Floats in the gates of one stream: a panel row for each group. */
  int gates() {
    return groups() * panel();
  }

  /** Panels of logits: ceil(V / panel). */
  int headPanels() {
    return Math.ceilDiv(vocabulary(), panel());
  }

  /** V rounded up to whole panels. */
  int paddedVocabulary() {
    return headPanels() * panel();
  }

  /** Rows of the input weights that a step multiplies: 0 for layer 0 with an input table. */
  int inputRows(int layer) {
    return layer > 0 ? hidden() : inputTable ? 0 : config.embeddingSize();
  }

  /** Multiply-adds of one token of one stream. */
  long multiplyAdds() {
    long sum = (long) paddedVocabulary() * hidden();
    for (int layer = 0; layer < layers(); layer++) {
      sum += (long) gates() * (hidden() + inputRows(layer));
    }
    return sum;
  }
}

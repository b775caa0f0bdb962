package io.charlstm.runtime.cudnn.decode;

import io.charlstm.runtime.NetworkConfig;

/**
 * Sizes of a decoder's device memory, in floats unless said otherwise. Vectors are padded with
 * zeros to whole chunks; see {@code decode.cu}.
 *
 * @param config the network
 * @param streams S
 * @param inputTable whether layer 0's input product is looked up in a table over the vocabulary
 *     (embedding * W_ih^T + b, or a column of W_ih when one-hot) instead of being computed
 * @param order of the weights
 */
record DecodeShape(NetworkConfig config, int streams, boolean inputTable, WeightOrder order) {
  /** Columns of a chunk. */
  static final int CHUNK = 32;

  /** Rows of a unit: the gates of a hidden unit, or as many tokens of the output. */
  static final int UNIT = 4;

  /** Bytes a table may take where it is larger than the embedding it replaces. */
  private static final long TABLE_LIMIT = 256L << 20;

  /** With weights in the order of our own kernels. */
  DecodeShape(NetworkConfig config, int streams, boolean inputTable) {
    this(config, streams, inputTable, WeightOrder.UNITS);
  }

  static DecodeShape of(NetworkConfig config, int streams) {
    long table = (long) Float.BYTES * UNIT * config.vocabularySize() * config.hiddenSize();
    return new DecodeShape(config, streams, config.oneHot() || table <= TABLE_LIMIT);
  }

  /** The same with weights in another order. */
  DecodeShape in(WeightOrder other) {
    return new DecodeShape(config, streams, inputTable, other);
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

  int hiddenChunks() {
    return Math.ceilDiv(hidden(), CHUNK);
  }

  /** Elements from one stream's h or c to the next one's. */
  int stride() {
    return hiddenChunks() * CHUNK;
  }

  /** Chunks of the input that a layer's step multiplies: none for a table. */
  int inputChunks(int layer) {
    if (layer > 0) {
      return hiddenChunks();
    }
    return inputTable ? 0 : embeddingStride() / CHUNK;
  }

  /** Elements from one row of the padded embedding to the next one. */
  int embeddingStride() {
    return Math.ceilDiv(config.embeddingSize(), CHUNK) * CHUNK;
  }

  /** The embedding's padded copy; 0 when the table stands for it. */
  long embedding() {
    return inputTable ? 0 : (long) vocabulary() * embeddingStride();
  }

  int chunks(int layer) {
    return inputChunks(layer) + hiddenChunks();
  }

  /** Packed weights of a layer. */
  long layerWeights(int layer) {
    return (long) hidden() * chunks(layer) * CHUNK * UNIT;
  }

  /** Rows of what a layer adds to its product: one, or one for each token. */
  int baseRows(int layer) {
    return layer == 0 && inputTable ? vocabulary() : 1;
  }

  long base(int layer) {
    return (long) baseRows(layer) * hidden() * UNIT;
  }

  int outputUnits() {
    return Math.ceilDiv(vocabulary(), UNIT);
  }

  long outputWeights() {
    return (long) outputUnits() * hiddenChunks() * CHUNK * UNIT;
  }

  /** h or c of one layer, (S, padded H). */
  long layerState() {
    return (long) streams * stride();
  }

  /** h or c of all layers, (L, S, padded H). */
  long state() {
    return layers() * layerState();
  }

  /** Weights that a step multiplies for each stream. */
  long weights() {
    long all = outputWeights();
    for (int layer = 0; layer < layers(); layer++) {
      all += layerWeights(layer);
    }
    return all;
  }

  /** Logits (S,V). */
  long logits() {
    return (long) streams * vocabulary();
  }

  /** Sums (S,4H) or (S, padded V) of a product that a kernel finishes; none with our kernels. */
  long sums() {
    long units = Math.max(hidden(), outputUnits());
    return order == WeightOrder.UNITS ? 0 : streams * units * UNIT;
  }
}

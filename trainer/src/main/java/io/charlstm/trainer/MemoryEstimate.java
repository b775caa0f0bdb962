package io.charlstm.trainer;

import io.charlstm.runtime.NetworkConfig;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * What a run needs at least, computed in floating point so that no size can overflow it, to refuse
 * absurd sizes before anything is allocated.
 */
final class MemoryEstimate {
  private static final double GIB = 1024.0 * 1024 * 1024;

  // Weights, gradients, a packed copy of the weights, and the moments of Adam.
  private static final int COPIES_OF_WEIGHTS = 5;

  private MemoryEstimate() {}

  /** Number of trainable values. */
  static double parameters(NetworkConfig network) {
    double v = network.vocabularySize();
    double e = network.embeddingSize();
    double h = network.hiddenSize();
    double first = 4 * h * ((network.oneHot() ? v : e) + h + 2);
    double others = (network.numLayers() - 1.0) * 4 * h * (2 * h + 2);
    return v * e + first + others + (network.tiedEmbedding() ? 0 : v * h) + v;
  }

  /**
   * Bytes that training needs: copies of the weights, and per token of a window the four gates, c,
   * h and the gates' gradients of each layer, and the logits.
   */
  static double trainingBytes(NetworkConfig network, int sequenceLength, int batchSize) {
    double perToken = network.numLayers() * 10.0 * network.hiddenSize() + network.vocabularySize();
    double tokens = (double) sequenceLength * batchSize;
    return 4 * (COPIES_OF_WEIGHTS * parameters(network) + tokens * perToken);
  }

  /**
   * Refuses what this machine cannot hold.
   *
   * @throws ConfigException naming the sizes, what they need and what there is
   */
  static void requireFits(NetworkConfig network, int sequenceLength, int batchSize) {
    requireFits(network, sequenceLength, batchSize, machineBytes());
  }

  static void requireFits(
      NetworkConfig network, int sequenceLength, int batchSize, double availableBytes) {
    double needed = trainingBytes(network, sequenceLength, batchSize);
    double largestTensor =
        4.0
            * network.hiddenSize()
            * Math.max(
                Math.max(network.hiddenSize(), network.embeddingSize()), network.vocabularySize());
    double windowTokens = (double) sequenceLength * batchSize;
    if (needed <= availableBytes
        && largestTensor <= Integer.MAX_VALUE
        && windowTokens <= Integer.MAX_VALUE) {
      return;
    }
    throw new ConfigException(
        String.format(
            Locale.ROOT,
            "hidden_size %d, num_layers %d, embedding_size %d with seq_length %d x batch_size %d"
                + " need about %.4g GiB of memory (%.4g parameters); this machine has %.4g GiB:"
                + " choose smaller sizes",
            network.hiddenSize(),
            network.numLayers(),
            network.embeddingSize(),
            sequenceLength,
            batchSize,
            needed / GIB,
            parameters(network),
            availableBytes / GIB));
  }

  private static double machineBytes() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Double.MAX_VALUE;
  }
}

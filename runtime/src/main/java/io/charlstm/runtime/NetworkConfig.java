package io.charlstm.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Everything that fixes the arithmetic of a network.
 *
 * @param vocabularySize V, number of distinct tokens
 * @param embeddingSize E; 0 means one-hot input, and then there is no {@code embedding.weight}
 * @param hiddenSize H
 * @param numLayers L
 * @param tiedEmbedding whether the output projection uses {@code embedding.weight}; needs E = H
 * @param dropout probability of dropping an element of h between two layers while training
 * @param inputDropout probability of dropping an element of the embedded input while training
 * @param outputDropout probability of dropping an element of the last layer's h before the output
 *     projection while training
 * @param dropoutKind how often the masks of the three are drawn
 * @param weightDropout probability of dropping an element of each {@code weight_hh} for a training
 *     window (DropConnect on the recurrent weights; Merity, Keskar and Socher 2018)
 */
public record NetworkConfig(
    int vocabularySize,
    int embeddingSize,
    int hiddenSize,
    int numLayers,
    boolean tiedEmbedding,
    double dropout,
    double inputDropout,
    double outputDropout,
    DropoutKind dropoutKind,
    double weightDropout) {

  public NetworkConfig {
    requirePositive("vocabulary_size", vocabularySize);
    requirePositive("hidden_size", hiddenSize);
    requirePositive("num_layers", numLayers);
    if (embeddingSize < 0) {
      throw new IllegalArgumentException("embedding_size must not be negative: " + embeddingSize);
    }
    if (tiedEmbedding && embeddingSize != hiddenSize) {
      throw new IllegalArgumentException(
          "tied_embedding needs embedding_size = hidden_size, not "
              + embeddingSize
              + " and "
              + hiddenSize);
    }
    requireProbability("dropout", dropout);
    requireProbability("input_dropout", inputDropout);
    requireProbability("output_dropout", outputDropout);
    requireProbability("weight_dropout", weightDropout);
    Objects.requireNonNull(dropoutKind, "dropoutKind");
    if (inputDropout > 0 && embeddingSize == 0) {
      throw new IllegalArgumentException("input_dropout needs a learned embedding");
    }
  }

  /** A network with masks of their own for every time step, and without weight dropout. */
  public NetworkConfig(
      int vocabularySize,
      int embeddingSize,
      int hiddenSize,
      int numLayers,
      boolean tiedEmbedding,
      double dropout,
      double inputDropout,
      double outputDropout) {
    this(
        vocabularySize,
        embeddingSize,
        hiddenSize,
        numLayers,
        tiedEmbedding,
        dropout,
        inputDropout,
        outputDropout,
        DropoutKind.STEP,
        0);
  }

  /** A network without dropout and without a tied embedding. */
  public static NetworkConfig of(
      int vocabularySize, int embeddingSize, int hiddenSize, int numLayers) {
    return new NetworkConfig(vocabularySize, embeddingSize, hiddenSize, numLayers, false, 0, 0, 0);
  }

  /** The same network without any dropout. */
  public NetworkConfig withoutDropout() {
    return new NetworkConfig(
        vocabularySize, embeddingSize, hiddenSize, numLayers, tiedEmbedding, 0, 0, 0);
  }

  /** Whether training windows have recurrent weights of their own. */
  public boolean dropsWeights() {
    return weightDropout > 0;
  }

  /** Whether all time steps of a window share their masks. */
  public boolean sharesMasks() {
    return dropoutKind == DropoutKind.VARIATIONAL;
  }

  /** Width of what layer {@code layer} reads: E (or V when one-hot) for the first, else H. */
  public int inputSize(int layer) {
    if (layer > 0) {
      return hiddenSize;
    }
    return oneHot() ? vocabularySize : embeddingSize;
  }

  public boolean oneHot() {
    return embeddingSize == 0;
  }

  /** The parameters under PyTorch's names, in a fixed order. Both LSTM biases are kept. */
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> specs = new ArrayList<>();
    if (!oneHot()) {
      specs.add(new ParameterSpec("embedding.weight", List.of(vocabularySize, embeddingSize)));
    }
    int gates = Math.multiplyExact(4, hiddenSize);
    for (int layer = 0; layer < numLayers; layer++) {
      specs.add(new ParameterSpec("lstm.weight_ih_l" + layer, List.of(gates, inputSize(layer))));
      specs.add(new ParameterSpec("lstm.weight_hh_l" + layer, List.of(gates, hiddenSize)));
      specs.add(new ParameterSpec("lstm.bias_ih_l" + layer, List.of(gates)));
      specs.add(new ParameterSpec("lstm.bias_hh_l" + layer, List.of(gates)));
    }
    if (!tiedEmbedding) {
      specs.add(new ParameterSpec("output.weight", List.of(vocabularySize, hiddenSize)));
    }
    specs.add(new ParameterSpec("output.bias", List.of(vocabularySize)));
    return List.copyOf(specs);
  }

  /** Number of trainable values. */
  public long parameterCount() {
    return parameters().stream().mapToLong(ParameterSpec::size).sum();
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1: " + value);
    }
  }

  private static void requireProbability(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + " must be at least 0 and below 1: " + value);
    }
  }
}

package io.charlstm.runtime.reference;

import io.charlstm.runtime.NetworkConfig;
import java.util.Arrays;

/** Turns tokens into the first layer's input: rows of the embedding, or one-hot vectors. */
final class ReferenceInput {
  private final int vocabularySize;
  private final int width;
  private final double[] embedding;

  /** Reads {@code embedding.weight} of the block, now and at every call. */
  ReferenceInput(NetworkConfig config, ReferenceParameterBlock parameters) {
    vocabularySize = config.vocabularySize();
    width = config.inputSize(0);
    embedding = config.oneHot() ? null : parameters.tensor("embedding.weight");
  }

  /** Writes the vector of a token into row {@code row} of (rows,I). */
  void forward(int token, double[] output, int row) {
    requireToken(token);
    if (embedding == null) {
      Arrays.fill(output, row * width, (row + 1) * width, 0);
      output[row * width + token] = 1;
    } else {
      System.arraycopy(embedding, token * width, output, row * width, width);
    }
  }

  /** Adds row {@code row} of the gradient (rows,I) to the token's row of the embedding gradient. */
  void backward(int token, double[] outputGradient, int row, double[] embeddingGradient) {
    Dense.axpy(1, outputGradient, row * width, embeddingGradient, token * width, width);
  }

  private void requireToken(int token) {
    if (token < 0 || token >= vocabularySize) {
      throw new IllegalArgumentException(
          "token " + token + " is outside the vocabulary of " + vocabularySize);
    }
  }
}

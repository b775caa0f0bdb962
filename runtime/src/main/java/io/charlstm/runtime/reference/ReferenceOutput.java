package io.charlstm.runtime.reference;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.WindowPlan;
import java.util.Arrays;

/** The output projection and the softmax cross-entropy on its logits. */
final class ReferenceOutput {
  private final int vocabularySize;
  private final int hiddenSize;
  private final String weightName;
  private final double[] weight;
  private final double[] bias;
  private final double[] logitGradient;

  ReferenceOutput(NetworkConfig config, ReferenceParameterBlock parameters) {
    vocabularySize = config.vocabularySize();
    hiddenSize = config.hiddenSize();
    weightName = config.tiedEmbedding() ? "embedding.weight" : "output.weight";
    weight = parameters.tensor(weightName);
    bias = parameters.tensor("output.bias");
    logitGradient = new double[vocabularySize];
  }

  /** Logits of row {@code row}: (rows,H) to (rows,V). */
  void forward(double[] hidden, double[] logits, int row) {
    for (int v = 0; v < vocabularySize; v++) {
      logits[row * vocabularySize + v] =
          bias[v] + Dense.dot(weight, v * hiddenSize, hidden, row * hiddenSize, hiddenSize);
    }
  }

  /** Nats of a row's target, -ln softmax(logits)[target]; 0 when it is ignored. */
  double loss(double[] logits, int row, int target) {
    if (target == WindowPlan.IGNORE) {
      return 0;
    }
    requireTarget(target);
    return logSum(logits, row) - logits[row * vocabularySize + target];
  }

  /**
   * Adds a row's part to the gradients, and writes the gradient of its hidden vector.
   *
   * @param scale factor on the gradient of the row's loss
   * @param hiddenGradient (rows,H); row {@code row} is overwritten
   */
  void backward(
      double[] hidden,
      double[] logits,
      int row,
      int target,
      double scale,
      double[] hiddenGradient,
      ReferenceParameterBlock gradients) {
    Arrays.fill(hiddenGradient, row * hiddenSize, (row + 1) * hiddenSize, 0);
    if (target == WindowPlan.IGNORE) {
      return;
    }
    double logSum = logSum(logits, row);
    for (int v = 0; v < vocabularySize; v++) {
      logitGradient[v] = scale * Math.exp(logits[row * vocabularySize + v] - logSum);
    }
    logitGradient[target] -= scale;
    double[] weightGradient = gradients.tensor(weightName);
    double[] biasGradient = gradients.tensor("output.bias");
    for (int v = 0; v < vocabularySize; v++) {
      double dz = logitGradient[v];
      biasGradient[v] += dz;
      int w = v * hiddenSize;
      Dense.axpy(dz, hidden, row * hiddenSize, weightGradient, w, hiddenSize);
      Dense.axpy(dz, weight, w, hiddenGradient, row * hiddenSize, hiddenSize);
    }
  }

  /** ln(sum of exp), with the largest logit taken out so that no exp overflows. */
  private double logSum(double[] logits, int row) {
    int from = row * vocabularySize;
    double max = Double.NEGATIVE_INFINITY;
    for (int v = 0; v < vocabularySize; v++) {
      max = Math.max(max, logits[from + v]);
    }
    double sum = 0;
    for (int v = 0; v < vocabularySize; v++) {
      sum += Math.exp(logits[from + v] - max);
    }
    return max + Math.log(sum);
  }

  private void requireTarget(int target) {
    if (target < 0 || target >= vocabularySize) {
      throw new IllegalArgumentException(
          "target " + target + " is outside the vocabulary of " + vocabularySize);
    }
  }
}

package io.charlstm.bench.peers;

import io.charlstm.bench.ChildJvm;
import io.charlstm.bindings.onednn.OneDnn;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Backends;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Checks before anything is timed that all libraries compute the same on the comparison presets:
 * logits, loss and norm of the gradients of a window, in bf16 too where the CPU has it. Ends with 1
 * when one does not.
 *
 * <p>Arguments: presets, if not all.
 */
public final class EqualAnswers {
  /** Both sum float32 products in orders of their own; a wrong gate or index gives some 0.1. */
  static final double FP32_BOUND = 1e-4;

  /** bfloat16 rounds each operand by up to 2^-9; errors of different signs cancel in part. */
  static final double BF16_BOUND = 3e-2;

  private EqualAnswers() {}

  /** Checks, and prints the relative errors. */
  public static void main(String[] arguments) throws IOException {
    List<String> presets = arguments.length > 0 ? List.of(arguments) : PeerShape.PRESETS;
    boolean equal = true;
    try (Backend backend = Backends.create("cpu", 0)) {
      for (String preset : presets) {
        PeerShape shape = PeerShape.ofPreset(preset);
        List<float[]> weights = Answer.weights(backend, shape);
        Answer ours = Answer.ofCharlstm(backend, shape);
        equal &= agree(preset + ", libtorch fp32", ours, torch(shape, weights, false), FP32_BOUND);
        if (OneDnn.get().multipliesBf16()) {
          Answer inBf16 = torch(shape, weights, true);
          equal &= agree(preset + ", libtorch bf16", ours, inBf16, BF16_BOUND);
        }
        if (Library.DL4J.isThere()) {
          dl4j(preset, shape, weights, ours);
        }
      }
    }
    if (!equal) {
      System.exit(1);
    }
  }

  private static Answer torch(PeerShape shape, List<float[]> weights, boolean bf16) {
    return Answer.ofTorch(shape, weights, bf16);
  }

  private static boolean agree(String what, Answer ours, Answer theirs, double bound) {
    double logits = ours.logitError(theirs);
    double loss = Math.abs(ours.loss() / theirs.loss() - 1);
    double norm = Math.abs(ours.gradientNorm() / theirs.gradientNorm() - 1);
    System.err.printf(
        Locale.ROOT,
        "%s: relative differences: logits %.1e, loss %.1e, norm of the gradients %.1e%n",
        what,
        logits,
        loss,
        norm);
    return logits < bound && loss < bound && norm < bound;
  }

  // In a process with Deeplearning4j's class path; fails when that does.
  private static void dl4j(String preset, PeerShape shape, List<float[]> weights, Answer ours)
      throws IOException {
    Path file = Files.createTempFile("charlstm-answer", ".bin");
    try {
      write(file, shape, weights, ours);
      List<String> lines =
          ChildJvm.of("io.charlstm.bench.dl4j.Dl4jCheck", Library.dl4jClassPath())
              .onlyOptions("-Xmx4g")
              .environment("OMP_NUM_THREADS", "1")
              .arguments(file.toString())
              .run();
      lines.forEach(line -> System.err.println(preset + ", " + line));
    } finally {
      Files.delete(file);
    }
  }

  /** Shape, one-hot weights as (inputs,4H) and one bias a layer, tokens, probabilities. */
  private static void write(Path file, PeerShape shape, List<float[]> weights, Answer ours)
      throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (int number : PeerLoop.numbers(shape.text())) {
        out.writeInt(number);
      }
      for (float[] tensor : oneHotWeights(shape, new ArrayList<>(weights))) {
        writeFloats(out, tensor);
      }
      for (int token : shape.randomTokens(1)) {
        out.writeInt(token);
      }
      writeFloats(out, softmax(ours.logits(), shape.vocabulary()));
    }
  }

  private static List<float[]> oneHotWeights(PeerShape shape, List<float[]> weights) {
    float[] embedding = shape.embedding() == 0 ? null : weights.removeFirst();
    int gates = 4 * shape.hidden();
    List<float[]> result = new ArrayList<>();
    for (int layer = 0; layer < shape.layers(); layer++) {
      float[] input = transposed(weights.removeFirst(), gates);
      if (layer == 0 && embedding != null) {
        input = product(embedding, input, shape.embedding(), gates);
      }
      result.add(input);
      result.add(transposed(weights.removeFirst(), gates));
      float[] bias = weights.removeFirst().clone();
      float[] recurrentBias = weights.removeFirst();
      for (int i = 0; i < bias.length; i++) {
        bias[i] += recurrentBias[i];
      }
      result.add(bias);
    }
    result.add(transposed(weights.removeFirst(), shape.vocabulary()));
    result.add(weights.removeFirst());
    return result;
  }

  private static float[] transposed(float[] matrix, int rows) {
    int columns = matrix.length / rows;
    float[] result = new float[matrix.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        result[column * rows + row] = matrix[row * columns + column];
      }
    }
    return result;
  }

  /** (rows,inner) times (inner,columns). */
  private static float[] product(float[] a, float[] b, int inner, int columns) {
    float[] result = new float[a.length / inner * columns];
    for (int row = 0; row < a.length / inner; row++) {
      for (int column = 0; column < columns; column++) {
        double sum = 0;
        for (int i = 0; i < inner; i++) {
          sum += (double) a[row * inner + i] * b[i * columns + column];
        }
        result[row * columns + column] = (float) sum;
      }
    }
    return result;
  }

  private static float[] softmax(float[] logits, int width) {
    float[] result = new float[logits.length];
    for (int from = 0; from < logits.length; from += width) {
      double sum = 0;
      for (int i = from; i < from + width; i++) {
        sum += Math.exp(logits[i]);
      }
      for (int i = from; i < from + width; i++) {
        result[i] = (float) (Math.exp(logits[i]) / sum);
      }
    }
    return result;
  }

  private static void writeFloats(DataOutputStream out, float[] values) throws IOException {
    for (float value : values) {
      out.writeFloat(value);
    }
  }
}

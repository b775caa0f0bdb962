package io.charlstm.bench.dl4j;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Whether Deeplearning4j computes the probabilities that our engine does, from the same weights and
 * tokens, which {@code EqualAnswers} wrote to a file. Ends with 1 when it does not.
 *
 * <p>Arguments: file.
 */
public final class Dl4jCheck {
  /**
   * Both compute in float32 and sum in different orders over at most 1024 products a gate and some
   * hundred steps; seen were some 1e-6. A swapped gate or index gives some 0.1.
   */
  private static final double BOUND = 1e-4;

  private static final int HIDDEN = 0;
  private static final int LAYERS = 1;
  private static final int WINDOW = 3;
  private static final int BATCH = 4;
  private static final int VOCABULARY = 5;

  /** Place of each of PyTorch's gates i, f, g, o among Deeplearning4j's g, f, o, i. */
  private static final int[] PLACES = {3, 1, 0, 2};

  private Dl4jCheck() {}

  /** Compares, and prints the relative error. */
  public static void main(String[] arguments) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(Path.of(arguments[0]))))) {
      int[] shape = ints(in, 6);
      double error = error(in, shape);
      System.out.printf(Locale.ROOT, "dl4j: relative error %.1e%n", error);
      // also for NaN
      if (!(error < BOUND)) {
        System.err.println("Deeplearning4j does not compute the same as charlstm");
        System.exit(1);
      }
    }
  }

  private static double error(DataInputStream in, int[] shape) throws IOException {
    int hidden = shape[HIDDEN];
    int vocabulary = shape[VOCABULARY];
    MultiLayerNetwork network =
        Dl4jModel.create(hidden, shape[LAYERS], shape[WINDOW], vocabulary);
    for (int layer = 0; layer < shape[LAYERS]; layer++) {
      int inputs = layer == 0 ? vocabulary : hidden;
      Layer lstm = network.getLayer(layer);
      lstm.setParam("W", gates(floats(in, inputs * 4 * hidden), inputs, hidden));
      lstm.setParam("RW", gates(floats(in, hidden * 4 * hidden), hidden, hidden));
      lstm.setParam("b", gates(floats(in, 4 * hidden), 1, hidden));
    }
    Layer output = network.getLayer(shape[LAYERS]);
    output.setParam("W", matrix(floats(in, hidden * vocabulary), hidden, vocabulary));
    output.setParam("b", matrix(floats(in, vocabulary), 1, vocabulary));
    int tokens = shape[WINDOW] * shape[BATCH];
    INDArray input = Dl4jModel.oneHot(ints(in, tokens), shape[WINDOW], shape[BATCH], vocabulary);
    float[] expected = floats(in, tokens * vocabulary);
    return relative(network.output(input), expected);
  }

  /** Both are probabilities; ours lie as (T,B,V), theirs as (B,V,T). */
  private static double relative(INDArray actual, float[] expected) {
    double difference = 0;
    double size = 0;
    int i = 0;
    float[] theirs = actual.permute(2, 0, 1).dup('c').data().asFloat();
    for (float ours : expected) {
      double delta = theirs[i++] - ours;
      difference += delta * delta;
      size += ours * ours;
    }
    if (theirs.length != expected.length) {
      throw new IllegalStateException(theirs.length + " values, not " + expected.length);
    }
    return Math.sqrt(difference / size);
  }

  /** Brings columns of the gates (rows,4H) into Deeplearning4j's order. */
  private static INDArray gates(float[] from, int rows, int hidden) {
    float[] to = new float[from.length];
    for (int row = 0; row < rows; row++) {
      for (int gate = 0; gate < PLACES.length; gate++) {
        System.arraycopy(
            from,
            (row * 4 + gate) * hidden,
            to,
            (row * 4 + PLACES[gate]) * hidden,
            hidden);
      }
    }
    return matrix(to, rows, 4 * hidden);
  }

  private static INDArray matrix(float[] values, int rows, int columns) {
    return Nd4j.createFromArray(values).reshape('c', rows, columns);
  }

  private static int[] ints(DataInputStream in, int count) throws IOException {
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.readInt();
    }
    return values;
  }

  private static float[] floats(DataInputStream in, int count) throws IOException {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.readFloat();
    }
    return values;
  }
}

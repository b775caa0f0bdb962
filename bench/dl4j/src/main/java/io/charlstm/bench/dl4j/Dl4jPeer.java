package io.charlstm.bench.dl4j;

import io.charlstm.bench.peers.PeerLoop;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Deeplearning4j as a peer. Start it with {@code OMP_NUM_THREADS=1}, which doubles its speed.
 *
 * <p>Arguments: {@code train} or {@code sample}, threads (not used), streams, {@code fp32}.
 */
public final class Dl4jPeer implements PeerLoop.Engine {
  private final boolean training;
  private final int streams;

  private Dl4jPeer(boolean training, int streams) {
    this.training = training;
    this.streams = streams;
  }

  /** Serves until standard input ends. */
  public static void main(String[] arguments) throws IOException {
    PeerLoop.serve(new Dl4jPeer(arguments[0].equals("train"), Integer.parseInt(arguments[2])));
  }

  @Override
  public LongSupplier load(int[] shape) {
    int window = shape[3];
    int batch = shape[4];
    int vocabulary = shape[5];
    MultiLayerNetwork network = Dl4jModel.create(shape[0], shape[1], window, vocabulary);
    return training
        ? training(network, window, batch, vocabulary)
        : sampling(network, vocabulary);
  }

  private static LongSupplier training(
      MultiLayerNetwork network, int window, int batch, int vocabulary) {
    DataSet data =
        new DataSet(
            random(1, window, batch, vocabulary), random(2, window, batch, vocabulary));
    return () -> {
      network.fit(data);
      return (long) window * batch;
    };
  }

  private static INDArray random(long seed, int window, int batch, int vocabulary) {
    int[] tokens =
        new SplittableRandom(seed).ints((long) window * batch, 0, vocabulary).toArray();
    return Dl4jModel.oneHot(tokens, window, batch, vocabulary);
  }

  private LongSupplier sampling(MultiLayerNetwork network, int vocabulary) {
    SplittableRandom random = new SplittableRandom(7);
    float[] input = new float[streams * vocabulary];
    int[] tokens = new int[streams];
    return () -> {
      Arrays.fill(input, 0);
      for (int s = 0; s < streams; s++) {
        input[s * vocabulary + tokens[s]] = 1;
      }
      INDArray output =
          network.rnnTimeStep(Nd4j.createFromArray(input).reshape('c', streams, vocabulary));
      float[] probabilities = output.dup('c').data().asFloat();
      for (int s = 0; s < streams; s++) {
        tokens[s] = draw(probabilities, s * vocabulary, vocabulary, random);
      }
      return streams;
    };
  }

  private static int draw(float[] probabilities, int from, int count, SplittableRandom random) {
    double left = random.nextDouble();
    for (int i = 0; i < count; i++) {
      left -= probabilities[from + i];
      if (left < 0) {
        return i;
      }
    }
    return count - 1;
  }
}

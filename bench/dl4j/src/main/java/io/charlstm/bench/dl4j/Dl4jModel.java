package io.charlstm.bench.dl4j;

import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The language model in Deeplearning4j, on one-hot input, which is its fastest. */
final class Dl4jModel {
  private static final double CLIP_NORM = 5;

  private Dl4jModel() {}

  /**
   * The network of a shape.
   *
   * @param hidden H
   * @param layers L
   * @param window T
   * @param vocabulary V
   */
  static MultiLayerNetwork create(int hidden, int layers, int window, int vocabulary) {
    var list =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Adam(1e-3))
            // There is no clipping by the norm of all gradients; the loss is a sum over time.
            .gradientNormalization(GradientNormalization.ClipL2PerParamType)
            .gradientNormalizationThreshold(CLIP_NORM * window)
            .list();
    for (int layer = 0; layer < layers; layer++) {
      list.layer(
          new LSTM.Builder()
              .nIn(layer == 0 ? vocabulary : hidden)
              .nOut(hidden)
              .activation(Activation.TANH)
              .build());
    }
    list.layer(
        new RnnOutputLayer.Builder(LossFunction.MCXENT)
            .activation(Activation.SOFTMAX)
            .nIn(hidden)
            .nOut(vocabulary)
            .build());
    list.backpropType(BackpropType.TruncatedBPTT).tBPTTForwardLength(window);
    list.tBPTTBackwardLength(window);
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    // state goes on from window to window
    network.setClearTbpttState(false);
    return network;
  }

  /** One-hot vectors (B,V,T) of tokens (T,B). */
  static INDArray oneHot(int[] tokens, int window, int batch, int vocabulary) {
    float[] values = new float[batch * vocabulary * window];
    for (int t = 0; t < window; t++) {
      for (int b = 0; b < batch; b++) {
        values[(b * vocabulary + tokens[t * batch + b]) * window + t] = 1;
      }
    }
    return Nd4j.createFromArray(values).reshape('c', batch, vocabulary, window);
  }
}

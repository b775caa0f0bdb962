package io.charlstm.runtime;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Fills a network's parameters with random values that depend only on the configuration and the
 * seed, not on the backend: each tensor has a generator of its own, keyed by the seed and the
 * tensor's index in {@link NetworkConfig#parameters()}.
 *
 * <ul>
 *   <li>{@code uniform}: what PyTorch's modules do. LSTM and output weights and biases are uniform
 *       in ±scale/sqrt(H); the embedding is normal with standard deviation {@code scale}, unless it
 *       is tied: then it is the output's weight, and uniform as that.
 *   <li>{@code xavier_uniform}: uniform in ±scale*sqrt(3/fan), biases zero (Glorot and Bengio
 *       2010). The fan is (fan_in+fan_out)/2, fan_in or fan_out, those of the whole tensor, as in
 *       PyTorch, Keras and MXNet: (4H,E) has fan_in E and fan_out 4H. MXNet's magnitude m is a
 *       scale of sqrt(m/3).
 *   <li>{@code xavier_normal}: normal with standard deviation scale*sqrt(1/fan), biases zero.
 *       MXNet's magnitude m is a scale of sqrt(m).
 *   <li>{@code normal}: normal with standard deviation {@code scale}, biases zero.
 * </ul>
 *
 * <p>The output weights may have a normal distribution of their own.
 */
public final class Initializer {
  private Initializer() {}

  /** Writes every parameter of the network. */
  public static void initialize(Network network, InitializerConfig config, long seed) {
    SplittableRandom keys = new SplittableRandom(seed);
    for (ParameterSpec spec : network.config().parameters()) {
      float[] values = new float[spec.size()];
      SplittableRandom random = new SplittableRandom(keys.nextLong());
      if (spec.name().equals("output.weight") && config.outputDeviation() > 0) {
        normal(values, config.outputDeviation(), random);
      } else {
        fill(values, spec, network.config(), config, random);
      }
      if (spec.name().startsWith("lstm.bias_ih")) {
        addForgetBias(values, config.forgetBias());
      }
      network.parameters().write(spec.name(), values);
    }
  }

  private static void fill(
      float[] values,
      ParameterSpec spec,
      NetworkConfig network,
      InitializerConfig config,
      SplittableRandom random) {
    boolean bias = spec.shape().size() == 1;
    boolean freeEmbedding = spec.name().equals("embedding.weight") && !network.tiedEmbedding();
    double scale = config.scale();
    switch (config.kind()) {
      case UNIFORM -> {
        if (freeEmbedding) {
          normal(values, scale, random);
        } else {
          uniform(values, scale / Math.sqrt(network.hiddenSize()), random);
        }
      }
      case XAVIER_UNIFORM -> {
        if (!bias) {
          uniform(values, scale * Math.sqrt(6.0 / twiceFan(spec, config.fan())), random);
        }
      }
      case XAVIER_NORMAL -> {
        if (!bias) {
          normal(values, scale * Math.sqrt(2.0 / twiceFan(spec, config.fan())), random);
        }
      }
      case NORMAL -> {
        if (!bias) {
          normal(values, scale, random);
        }
      }
    }
  }

  /** Twice the fan of a (out,in) matrix, which for the mean is fan_in + fan_out. */
  private static int twiceFan(ParameterSpec spec, InitializerConfig.Fan fan) {
    List<Integer> shape = spec.shape();
    return switch (fan) {
      case AVG -> Math.addExact(shape.get(0), shape.get(1));
      case IN -> Math.multiplyExact(2, shape.get(1));
      case OUT -> Math.multiplyExact(2, shape.get(0));
    };
  }

  private static void uniform(float[] values, double bound, SplittableRandom random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (bound * (2 * unit(random) - 1));
    }
  }

  /** Box and Muller (1958), with the strict functions so that every machine draws the same. */
  private static void normal(float[] values, double deviation, SplittableRandom random) {
    for (int i = 0; i < values.length; i += 2) {
      double radius = deviation * Math.sqrt(-2 * StrictMath.log(1 - unit(random)));
      double angle = 2 * Math.PI * unit(random);
      values[i] = (float) (radius * StrictMath.cos(angle));
      if (i + 1 < values.length) {
        values[i + 1] = (float) (radius * StrictMath.sin(angle));
      }
    }
  }

  /** From 0 (inclusive) to 1 (exclusive), in steps of 2^-53. */
  private static double unit(SplittableRandom random) {
    return (random.nextLong() >>> 11) * 0x1p-53;
  }

  private static void addForgetBias(float[] bias, double forgetBias) {
    int hiddenSize = bias.length / 4;
    for (int j = hiddenSize; j < 2 * hiddenSize; j++) {
      bias[j] = (float) (bias[j] + forgetBias);
    }
  }
}

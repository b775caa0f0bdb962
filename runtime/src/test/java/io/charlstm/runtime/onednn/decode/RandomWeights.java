package io.charlstm.runtime.onednn.decode;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Random weights under PyTorch's names, larger than usual so that gates saturate now and then. */
final class RandomWeights implements DecoderWeightsSource {
  private final Map<String, float[]> tensors = new HashMap<>();

  RandomWeights(NetworkConfig config, long seed) {
    Random random = new Random(seed);
    for (ParameterSpec spec : config.parameters()) {
      float[] values = new float[spec.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (random.nextGaussian() * 1.5 / Math.sqrt(spec.shape().getLast()));
      }
      tensors.put(spec.name(), values);
    }
  }

  private RandomWeights(Map<String, float[]> source) {
    source.forEach((name, values) -> tensors.put(name, values.clone()));
  }

  RandomWeights copy() {
    return new RandomWeights(tensors);
  }

  /** Takes over another's values. */
  void become(RandomWeights other) {
    tensors.putAll(other.copy().tensors);
  }

  float[] get(String name) {
    return tensors.get(name);
  }

  @Override
  public void read(String name, float[] destination) {
    float[] values = tensors.get(name);
    System.arraycopy(values, 0, destination, 0, values.length);
    if (destination.length != values.length) {
      throw new IllegalArgumentException(name + " has " + values.length + " elements");
    }
  }
}

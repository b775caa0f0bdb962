package io.charlstm.sampler;

import io.charlstm.data.Vocabulary;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterSpec;
import java.util.SplittableRandom;

/** Small models with random weights, large enough that their texts vary. */
final class TestModels {
  static final Vocabulary CHARS =
      Vocabulary.ofCodePoints(
          "\n abcdefgh\u00e9\u4e16\uD83D\uDE00\uD83D\uDE01".codePoints().toArray());

  private TestModels() {}

  static CharModel chars(Backend backend) {
    return model(backend, new NetworkConfig(CHARS.size(), 5, 7, 2, false, 0.25, 0, 0), CHARS);
  }

  static CharModel bytes(Backend backend) {
    return model(backend, new NetworkConfig(256, 0, 6, 1, false, 0, 0, 0), Vocabulary.bytes());
  }

  static CharModel model(Backend backend, NetworkConfig config, Vocabulary vocabulary) {
    Network network = backend.createNetwork(config);
    SplittableRandom random = new SplittableRandom(29);
    for (ParameterSpec parameter : config.parameters()) {
      float[] values = new float[parameter.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = 2 * random.nextFloat() - 1;
      }
      network.parameters().write(parameter.name(), values);
    }
    return CharModel.of(network, ModelSpec.of(config, vocabulary));
  }
}

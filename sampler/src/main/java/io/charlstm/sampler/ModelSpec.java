package io.charlstm.sampler;

import io.charlstm.data.Vocabulary;
import io.charlstm.runtime.NetworkConfig;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Everything about a model but its weights.
 *
 * @param network what fixes its arithmetic
 * @param vocabulary its tokens, as many as the network's vocabulary size
 * @param config every configuration key of its training, to a String, Long, Double or Boolean; the
 *     order is kept
 * @param step number of updates made in training
 */
public record ModelSpec(
    NetworkConfig network, Vocabulary vocabulary, Map<String, Object> config, long step) {

  public ModelSpec {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(vocabulary, "vocabulary");
    config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
    if (network.vocabularySize() != vocabulary.size()) {
      throw new IllegalArgumentException(
          "the network has "
              + network.vocabularySize()
              + " tokens, the vocabulary "
              + vocabulary.size());
    }
    if (step < 0) {
      throw new IllegalArgumentException("step must not be negative: " + step);
    }
    config.forEach(ModelSpec::requirePlain);
  }

  /** A model with the configuration keys of its network and vocabulary only. */
  public static ModelSpec of(NetworkConfig network, Vocabulary vocabulary) {
    return new ModelSpec(network, vocabulary, NetworkKeys.write(network, vocabulary), 0);
  }

  private static void requirePlain(String key, Object value) {
    boolean plain =
        value instanceof String
            || value instanceof Long
            || value instanceof Boolean
            || (value instanceof Double number && Double.isFinite(number));
    if (!plain) {
      throw new IllegalArgumentException(
          "configuration key " + key + " needs a String, Long, Boolean or finite Double: " + value);
    }
  }
}

package io.charlstm.sampler;

import io.charlstm.data.Vocabulary;
import io.charlstm.runtime.DropoutKind;
import io.charlstm.runtime.NetworkConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The configuration keys that a network is made of, checked for type and size. Every start comes by
 * here, so there is no switch over patterns: for each the JVM makes a class at run time.
 */
final class NetworkKeys {
  /** Widest layer and deepest stack accepted; far beyond what trains, small enough to reckon. */
  private static final int MAX_WIDTH = 1 << 16;

  private static final int MAX_LAYERS = 256;

  private final Map<String, Object> config;

  private NetworkKeys(Map<String, Object> config) {
    this.config = config;
  }

  static Map<String, Object> write(NetworkConfig network, Vocabulary vocabulary) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("token_mode", vocabulary.mode().word());
    config.put("embedding_size", (long) network.embeddingSize());
    config.put("hidden_size", (long) network.hiddenSize());
    config.put("num_layers", (long) network.numLayers());
    config.put("tied_embedding", network.tiedEmbedding());
    config.put("dropout", network.dropout());
    config.put("input_dropout", network.inputDropout());
    config.put("output_dropout", network.outputDropout());
    config.put("dropout_kind", network.dropoutKind().word());
    config.put("weight_dropout", network.weightDropout());
    return config;
  }

  /**
   * The network that a configuration describes.
   *
   * @throws IllegalArgumentException naming the key that is missing or wrong
   */
  static NetworkConfig read(Map<String, Object> config, int vocabularySize) {
    NetworkKeys keys = new NetworkKeys(config);
    return new NetworkConfig(
        vocabularySize,
        keys.integer("embedding_size", MAX_WIDTH),
        keys.integer("hidden_size", MAX_WIDTH),
        keys.integer("num_layers", MAX_LAYERS),
        keys.flag("tied_embedding"),
        keys.decimal("dropout"),
        keys.decimal("input_dropout"),
        keys.decimal("output_dropout"),
        keys.dropoutKind(),
        keys.decimal("weight_dropout"));
  }

  private int integer(String key, int most) {
    if (config.get(key) instanceof Long number && number >= 0 && number <= most) {
      return number.intValue();
    }
    throw wrong(key, "a whole number up to " + most);
  }

  private boolean flag(String key) {
    if (config.getOrDefault(key, false) instanceof Boolean value) {
      return value;
    }
    throw wrong(key, "true or false");
  }

  private double decimal(String key) {
    if (config.getOrDefault(key, 0.0) instanceof Number value) {
      return value.doubleValue();
    }
    throw wrong(key, "a number");
  }

  private DropoutKind dropoutKind() {
    // Files of earlier versions name none.
    if (config.getOrDefault("dropout_kind", DropoutKind.STEP.word()) instanceof String word) {
      return DropoutKind.of(word);
    }
    throw wrong("dropout_kind", "step or variational");
  }

  private IllegalArgumentException wrong(String key, String needed) {
    Object found = config.get(key);
    return new IllegalArgumentException(
        "its configuration key "
            + key
            + (found == null ? " is missing; it must be " : " must be ")
            + needed
            + (found == null ? "" : ", not " + found));
  }
}

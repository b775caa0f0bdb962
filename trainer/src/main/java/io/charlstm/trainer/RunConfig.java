package io.charlstm.trainer;

import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.DropoutKind;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.ShadowConfig;
import io.charlstm.sampler.ModelSpec;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.tomlj.TomlTable;

/**
 * Every value that fixes a training run; immutable. Keys and their allowed values are those of
 * {@link #keys()}; whatever is wrong is a {@link ConfigException} of one line.
 */
public final class RunConfig {
  /** Keys that end a run; giving one by hand switches the others off. */
  private static final List<String> LIMIT_KEYS = List.of("steps", "epochs", "seconds");

  private static final Map<String, ConfigKey> KEYS = keysByName();

  private final Map<String, Object> values;

  private RunConfig(Map<String, Object> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /** Definitions of all keys, in the order in which files list them. */
  public static List<ConfigKey> keys() {
    return ConfigKeys.ALL;
  }

  /** Definition of one key. */
  public static ConfigKey key(String name) {
    ConfigKey key = KEYS.get(name);
    if (key == null) {
      throw new ConfigException(unknownKey(name));
    }
    return key;
  }

  /** Each key at its default. */
  public static RunConfig defaults() {
    Map<String, Object> values = new LinkedHashMap<>();
    KEYS.values().forEach(key -> values.put(key.name(), key.defaultValue()));
    return new RunConfig(values);
  }

  /**
   * The configuration of a model's training; keys that the model does not name, as it is of another
   * version, are at their default, and others that this version does not know are left out.
   */
  public static RunConfig ofModel(ModelSpec spec) {
    Map<String, Object> known = new LinkedHashMap<>(spec.config());
    known.keySet().retainAll(KEYS.keySet());
    return defaults().withValues(known);
  }

  /** Reads a TOML file; keys that it leaves out are those of {@code base}. */
  public static RunConfig read(Path file, RunConfig base) {
    return base.withValues(RunConfigToml.read(file));
  }

  /**
   * Takes over a table of keys.
   *
   * @param origin what the table is of, for messages
   */
  public RunConfig withTable(TomlTable table, String origin) {
    return withValues(RunConfigToml.values(table, origin));
  }

  /** This configuration as a TOML file with every value, always the same bytes. */
  public String toToml() {
    return RunConfigToml.write(this);
  }

  /** A value as Long, Double, Boolean or String. */
  public Object get(String name) {
    return values.get(key(name).name());
  }

  /** All values in the order of {@link #keys()}. */
  public Map<String, Object> values() {
    return values;
  }

  /** Sets one key from its text as typed on a command line. */
  public RunConfig with(String name, String text) {
    return withValues(Map.of(name, key(name).parse(text)));
  }

  /**
   * Sets keys from their texts as typed on a command line. When one of {@code steps}, {@code
   * epochs} and {@code seconds} is among them, those that are not become 0: a limit given by hand
   * replaces a preset's.
   */
  public RunConfig withOverrides(Map<String, String> texts) {
    Map<String, Object> typed = new LinkedHashMap<>();
    texts.forEach((name, text) -> typed.put(name, key(name).parse(text)));
    if (LIMIT_KEYS.stream().anyMatch(typed::containsKey)) {
      typed.putIfAbsent("steps", 0L);
      typed.putIfAbsent("epochs", 0L);
      typed.putIfAbsent("seconds", 0.0);
    }
    return withValues(typed);
  }

  /** Sets keys from typed values: Long, Double, Boolean or String. */
  public RunConfig withValues(Map<String, ?> typed) {
    Map<String, Object> changed = new LinkedHashMap<>(values);
    typed.forEach((name, value) -> changed.put(name, key(name).check(value)));
    RunConfig result = new RunConfig(changed);
    result.checkTogether();
    return result;
  }

  private void checkTogether() {
    if (flag("tied_embedding") && integer("embedding_size") != integer("hidden_size")) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "tied_embedding needs embedding_size = hidden_size, not %d and %d",
              integer("embedding_size"),
              integer("hidden_size")));
    }
    if (decimal("input_dropout") > 0 && integer("embedding_size") == 0) {
      throw new ConfigException(
          "input_dropout needs a learned embedding: set embedding_size above 0");
    }
    if (word("extra_symbol").codePointCount(0, word("extra_symbol").length()) > 1) {
      throw new ConfigException(
          "extra_symbol must be one character, not '" + word("extra_symbol") + "'");
    }
    if (word("split_by").equals("lanes") && !word("batching").equals("lanes")) {
      throw new ConfigException("split_by = lanes needs batching = lanes");
    }
    if (!word("batching").equals("lanes") && number("probe_window") > 0) {
      throw new ConfigException("probe_window needs batching = lanes");
    }
    if (decimal("min_learning_rate") > decimal("learning_rate")) {
      throw new ConfigException("min_learning_rate must not be above learning_rate");
    }
  }

  // Typed views, named as the keys.

  public int seqLength() {
    return integer("seq_length");
  }

  public int batchSize() {
    return integer("batch_size");
  }

  public int gradientAccumulation() {
    return integer("gradient_accumulation");
  }

  public double clipNorm() {
    return decimal("clip_norm");
  }

  public double clipValue() {
    return decimal("clip_value");
  }

  public long seed() {
    return number("seed");
  }

  public String device() {
    return word("device");
  }

  public int threads() {
    return integer("threads");
  }

  /** The backend that the run computes on, and how. */
  public BackendOptions backend() {
    return new BackendOptions(
        device(), threads(), word("precision"), word("rnn_algorithm"), flag("graph"));
  }

  /** The network for a vocabulary of V tokens. */
  public NetworkConfig network(int vocabularySize) {
    return new NetworkConfig(
        vocabularySize,
        integer("embedding_size"),
        integer("hidden_size"),
        integer("num_layers"),
        flag("tied_embedding"),
        decimal("dropout"),
        decimal("input_dropout"),
        decimal("output_dropout"),
        DropoutKind.of(word("dropout_kind")),
        decimal("weight_dropout"));
  }

  /** The update rule with its constants. */
  public OptimizerConfig optimizer() {
    double epsilon = decimal("epsilon");
    double decay = decimal("weight_decay");
    return switch (word("optimizer")) {
      case "adam" -> new OptimizerConfig.Adam(decimal("beta1"), decimal("beta2"), epsilon, decay);
      case "adamw" -> new OptimizerConfig.AdamW(decimal("beta1"), decimal("beta2"), epsilon, decay);
      case "sgd" -> new OptimizerConfig.Sgd(decimal("momentum"), false, decay);
      case "rmsprop" ->
          new OptimizerConfig.RmsProp(decimal("decay_rate"), epsilon, decimal("momentum"), decay);
      default -> new OptimizerConfig.Adadelta(decimal("decay_rate"), epsilon, decay);
    };
  }

  /** What weights are kept beside those that are trained. */
  public ShadowConfig shadow() {
    return word("averaging").equals("ema")
        ? new ShadowConfig.Average(decimal("averaging_decay"))
        : ShadowConfig.NONE;
  }

  /** Value of an INTEGER key that fits an int. */
  int integer(String name) {
    return Math.toIntExact(number(name));
  }

  long number(String name) {
    return (Long) get(name);
  }

  double decimal(String name) {
    return (Double) get(name);
  }

  boolean flag(String name) {
    return (Boolean) get(name);
  }

  String word(String name) {
    return (String) get(name);
  }

  static String unknownKey(String name) {
    return "unknown key '" + name + "'" + NearestName.hint(name, KEYS.keySet());
  }

  static Set<String> keyNames() {
    return KEYS.keySet();
  }

  private static Map<String, ConfigKey> keysByName() {
    Map<String, ConfigKey> byName = new LinkedHashMap<>();
    ConfigKeys.ALL.forEach(key -> byName.put(key.name(), key));
    return Collections.unmodifiableMap(byName);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RunConfig config && values.equals(config.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}

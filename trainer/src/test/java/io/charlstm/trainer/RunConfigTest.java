package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.OptimizerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RunConfigTest {
  @TempDir Path folder;

  static List<String> presets() {
    return Presets.names();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void presetsSurviveTomlUnchanged(String name) throws Exception {
    RunConfig preset = Presets.load(name);
    Path file = folder.resolve("config.toml");
    Files.writeString(file, preset.toToml());

    RunConfig read = RunConfig.read(file, RunConfig.defaults());

    assertThat(read).isEqualTo(preset);
    assertThat(read.toToml()).isEqualTo(preset.toToml());
    assertThat(Presets.description(name)).isNotBlank().doesNotStartWith("#");
  }

  @Test
  void everyValueSurvivesToml() throws Exception {
    RunConfig odd =
        RunConfig.defaults()
            .withValues(
                Map.of(
                    "sample_prompt",
                    "a \"b\" \\ \n\t\u0001 \u00e9\ud83d\ude00",
                    "learning_rate",
                    1.2345678901234568e-300,
                    "epsilon",
                    1e-8,
                    "seed",
                    Long.MIN_VALUE,
                    "normalize_newlines",
                    false));
    Path file = folder.resolve("config.toml");
    Files.writeString(file, odd.toToml());
    assertThat(RunConfig.read(file, RunConfig.defaults())).isEqualTo(odd);
  }

  @Test
  void comparisonPresetsHaveTheirShapes() {
    assertThat(shape("mxnet-r-shakespeare")).isEqualTo("3x96 E64 T100 B32");
    assertThat(shape("mxnet-obama")).isEqualTo("3x512 E256 T129 B32");
    assertThat(shape("flux-shakespeare")).isEqualTo("2x128 E0 T50 B50");
    assertThat(shape("tf-warpeace")).isEqualTo("2x256 E256 T100 B100");
  }

  private static String shape(String preset) {
    RunConfig config = Presets.load(preset);
    NetworkConfig network = config.network(65);
    return "%dx%d E%d T%d B%d"
        .formatted(
            network.numLayers(),
            network.hiddenSize(),
            network.embeddingSize(),
            config.seqLength(),
            config.batchSize());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hiden_size|64|unknown key 'hiden_size'; did you mean hidden_size?",
        "learning-rate|1|unknown key 'learning-rate'; did you mean learning_rate?",
        "zzzzzzzzzzzz|1|unknown key 'zzzzzzzzzzzz'",
        "hidden_size|big|hidden_size must be a whole number, not 'big'",
        "hidden_size|0|hidden_size must be at least 1 and at most 65536, not 0",
        "hidden_size|99999999999|hidden_size must be at least 1 and at most 65536, not 99999999999",
        "hidden_size|99999999999999999999|"
            + "hidden_size must be a whole number, not '99999999999999999999'",
        "learning_rate|0|learning_rate must be above 0, not 0.0",
        "learning_rate|NaN|learning_rate must be a number, not 'NaN'",
        "learning_rate|1e999|learning_rate must be above 0, not Infinity",
        "learning_rate|0x1p3|learning_rate must be a number, not '0x1p3'",
        "dropout|1|dropout must be at least 0 and below 1, not 1.0",
        "optimizer|adm|optimizer must be one of adam, adamw, sgd, rmsprop, adadelta, not 'adm'",
        "tied_embedding|maybe|tied_embedding must be true or false, not 'maybe'",
        "tied_embedding|true|tied_embedding needs embedding_size = hidden_size, not 0 and 256",
        "input_dropout|0.1|input_dropout needs a learned embedding: set embedding_size above 0",
        "min_learning_rate|1|min_learning_rate must not be above learning_rate",
      })
  void badValuesAreNamedInOneLine(String key, String value, String message) {
    assertThatThrownBy(() -> RunConfig.defaults().with(key, value))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hidden_size = 3\\nhiden_size = 4|:2: unknown key 'hiden_size'; did you mean hidden_size?",
        "hidden_size = 'x'|:1: hidden_size must be a whole number, not 'x'",
        "hidden_size = 1.5|:1: hidden_size must be a whole number, not '1.5'",
        "[other]\\nx = 1|:1: unknown key 'other'",
        "learning_rate = nan|:1: learning_rate must be above 0, not NaN",
      })
  void badFilesAreNamedWithTheirLine(String text, String message) throws Exception {
    Path file = folder.resolve("bad.toml");
    Files.writeString(file, text.replace("\\n", "\n"));
    assertThatThrownBy(() -> RunConfig.read(file, RunConfig.defaults()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(file + message);
  }

  @Test
  void unreadableFilesAreRefused() throws Exception {
    Path file = folder.resolve("x.toml");
    assertThatThrownBy(() -> RunConfig.read(file, RunConfig.defaults()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("does not exist");
    Files.write(file, new byte[] {'a', (byte) 0xff, '='});
    assertThatThrownBy(() -> RunConfig.read(file, RunConfig.defaults()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("not UTF-8");
    Files.writeString(file, "a = = 3");
    assertThatThrownBy(() -> RunConfig.read(file, RunConfig.defaults()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(file + ":1: ")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> RunConfig.read(folder, RunConfig.defaults()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is a folder");
  }

  @Test
  void aLimitGivenByHandReplacesThePresets() {
    RunConfig small = Presets.load("small");
    assertThat(small.decimal("seconds")).isPositive();

    RunConfig limited = small.withOverrides(Map.of("steps", "5"));

    assertThat(limited.number("steps")).isEqualTo(5);
    assertThat(limited.decimal("seconds")).isZero();
    assertThat(small.withOverrides(Map.of("seed", "5")).decimal("seconds")).isPositive();
  }

  @Test
  void optimizersGetTheirConstants() {
    RunConfig config =
        RunConfig.defaults()
            .withValues(
                Map.of(
                    "beta1",
                    0.8,
                    "beta2",
                    0.95,
                    "epsilon",
                    1e-6,
                    "momentum",
                    0.7,
                    "decay_rate",
                    0.6,
                    "weight_decay",
                    0.1));
    assertThat(config.with("optimizer", "adamw").optimizer())
        .isEqualTo(new OptimizerConfig.AdamW(0.8, 0.95, 1e-6, 0.1));
    assertThat(config.with("optimizer", "sgd").optimizer())
        .isEqualTo(new OptimizerConfig.Sgd(0.7, false, 0.1));
    assertThat(config.with("optimizer", "rmsprop").optimizer())
        .isEqualTo(new OptimizerConfig.RmsProp(0.6, 1e-6, 0.7, 0.1));
    assertThat(config.with("optimizer", "adadelta").optimizer())
        .isEqualTo(new OptimizerConfig.Adadelta(0.6, 1e-6, 0.1));
  }

  @Test
  void distancesCountSlipsOfTheKeyboard() {
    assertThat(NearestName.distance("", "abc")).isEqualTo(3);
    assertThat(NearestName.distance("abc", "abc")).isZero();
    assertThat(NearestName.distance("acb", "abc")).isEqualTo(1);
    assertThat(NearestName.distance("kitten", "sitting")).isEqualTo(3);
  }

  @Test
  void absurdSizesAreRefusedWithTheirNumbers() {
    NetworkConfig network = NetworkConfig.of(65, 0, 60000, 3);
    assertThatThrownBy(() -> MemoryEstimate.requireFits(network, 100, 32, 8e9))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("hidden_size 60000")
        .hasMessageContaining("GiB")
        .hasMessageNotContaining("\n");
    NetworkConfig modest = NetworkConfig.of(65, 64, 128, 2);
    MemoryEstimate.requireFits(modest, 100, 32, 1e9);
    assertThatThrownBy(() -> MemoryEstimate.requireFits(modest, 2_000_000_000, 2_000_000_000, 1e18))
        .isInstanceOf(ConfigException.class);
    assertThat(MemoryEstimate.parameters(modest)).isEqualTo((double) modest.parameterCount());
    NetworkConfig oneHot = NetworkConfig.of(31, 0, 17, 3);
    assertThat(MemoryEstimate.parameters(oneHot)).isEqualTo((double) oneHot.parameterCount());
  }
}

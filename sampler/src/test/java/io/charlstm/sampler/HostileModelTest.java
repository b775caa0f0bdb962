package io.charlstm.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.charlstm.data.Vocabulary;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.reference.ReferenceBackend;
import io.charlstm.runtime.safetensors.ModelFileException;
import io.charlstm.runtime.safetensors.NonFinite;
import io.charlstm.runtime.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Well-formed safetensors files that are no valid models: refused in one line, before loading. */
class HostileModelTest {
  private static final String CONFIG =
      "{\"embedding_size\":3,\"hidden_size\":2,\"num_layers\":1,\"tied_embedding\":false}";

  @TempDir Path folder;

  static Stream<Arguments> badMetadata() {
    return Stream.of(
        bad("charlstm.format_version", null, "is no charlstm model"),
        bad("charlstm.format_version", "2", "format version is '2'"),
        bad("charlstm.config", null, "metadata lacks charlstm.config"),
        bad("charlstm.vocabulary", null, "metadata lacks charlstm.vocabulary"),
        bad("charlstm.config", "", "configuration is not a JSON object"),
        bad("charlstm.config", "[]", "configuration is not a JSON object"),
        bad("charlstm.config", "{\"hidden_size\":", "not valid JSON"),
        bad("charlstm.config", CONFIG + "{}", "goes on after its end"),
        bad("charlstm.config", "{\"a\":1,\"a\":1}", "not valid JSON: Duplicate"),
        bad("charlstm.config", "{\"a\":{}}", "key a is not a string"),
        bad("charlstm.config", "{\"a\":null}", "key a is not a string"),
        bad("charlstm.config", "{\"a\":1e999}", "key a is out of range"),
        bad("charlstm.config", "{\"a\":" + "[".repeat(9999), "key a is not a string"),
        bad("charlstm.config", "{\"a\":99999999999999999999}", "not valid JSON"),
        config("\"hidden_size\":2,", "", "hidden_size is missing"),
        config("\"hidden_size\":2", "\"hidden_size\":2.0", "hidden_size must be a whole number"),
        config("\"hidden_size\":2", "\"hidden_size\":0", "hidden_size must be at least 1"),
        config("\"hidden_size\":2", "\"hidden_size\":-1", "hidden_size must be a whole number"),
        config("\"hidden_size\":2", "\"hidden_size\":99999999", "a whole number up to 65536"),
        config("\"num_layers\":1", "\"num_layers\":2000000000", "num_layers must be"),
        config("false", "\"no\"", "tied_embedding must be true or false"),
        config("false", "true", "tied_embedding needs embedding_size = hidden_size"),
        config("false", "false,\"dropout\":1", "dropout must be at least 0 and below 1"),
        config("\"hidden_size\":2", "\"hidden_size\":4", "needs F32 [16, 3]"),
        config("\"embedding_size\":3", "\"embedding_size\":65536", "needs F32 [4, 65536]"),
        config("\"embedding_size\":3", "\"embedding_size\":0", "needs F32 [8, 4]"),
        config("\"num_layers\":1", "\"num_layers\":3", "lacks: 'lstm.weight_ih_l1,"),
        bad("charlstm.vocabulary", "\"words\"", "neither \"bytes\" nor an array"),
        bad("charlstm.vocabulary", "[]", "at least one character"),
        bad("charlstm.vocabulary", "[97,98,99,97]", "repeats U+0061"),
        bad("charlstm.vocabulary", "[97,98,99,55296]", "0xD800 is not a Unicode character"),
        bad("charlstm.vocabulary", "[97,98,99,1114112]", "is not a Unicode character"),
        bad("charlstm.vocabulary", "[97,98,99,-1]", "is not a Unicode character"),
        bad("charlstm.vocabulary", "[97,98,99,99999999999]", "not valid JSON"),
        bad("charlstm.vocabulary", "[97,98,99,\"d\"]", "is not a whole number"),
        bad("charlstm.vocabulary", "[97,98,99", "not valid JSON"),
        bad("charlstm.vocabulary", "[97,98,99]", "needs F32 [3, 3]"),
        bad("charlstm.vocabulary", "\"bytes\"", "needs F32 [256, 3]"),
        bad("charlstm.step", "many", "charlstm.step is not a whole number"),
        bad("charlstm.step", "-1", "step must not be negative"));
  }

  private static Arguments bad(String key, String value, String expected) {
    return Arguments.of(key, value, expected);
  }

  private static Arguments config(String replace, String by, String expected) {
    return Arguments.of("charlstm.config", CONFIG.replace(replace, by), expected);
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("badMetadata")
  void badMetadataIsRefused(String key, String value, String expected) {
    Map<String, String> metadata = metadata();
    metadata.put(key, value);

    assertThat(problem(write(metadata, weights()))).contains(expected);
  }

  @Test
  void theUnchangedFileLoads() {
    Path file = write(metadata(), weights());
    try (Backend backend = new ReferenceBackend();
        CharModel model = CharModel.load(file, backend)) {
      assertThat(model.spec().network()).isEqualTo(NetworkConfig.of(4, 3, 2, 1));
      assertThat(model.vocabulary()).isEqualTo(Vocabulary.ofCodePoints('a', 'b', 'c', 'd'));
    }
  }

  @Test
  void weightsOfAnotherNetworkAreRefused() {
    Map<String, List<Integer>> missing = weights();
    missing.remove("output.bias");
    missing.remove("lstm.bias_hh_l0");
    Map<String, List<Integer>> more = weights();
    more.put("lstm.weight_ih_l1", List.of(8, 2));
    Map<String, List<Integer>> transposed = weights();
    transposed.put("lstm.weight_ih_l0", List.of(3, 8));

    assertThat(problem(write(metadata(), missing)))
        .contains("weights that it lacks: 'lstm.bias_hh_l0, output.bias'");
    assertThat(problem(write(metadata(), more))).contains("no place for: 'lstm.weight_ih_l1'");
    assertThat(problem(write(metadata(), transposed)))
        .contains("lstm.weight_ih_l0 is F32 [3, 8]; its configuration needs F32 [8, 3]");
  }

  @Test
  void tensorsOfACheckpointAreNoHindrance() {
    Map<String, List<Integer>> checkpoint = weights();
    checkpoint.put("optimizer.exp_avg.output.bias", List.of(4));
    checkpoint.put("state.h", List.of(1, 5, 2));

    assertThat(ModelFiles.readSpec(write(metadata(), checkpoint)).step()).isEqualTo(7);
  }

  @Test
  void nonFiniteWeightsAreRefused() {
    Path file = folder.resolve("nan.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter().nonFinite(NonFinite.ALLOW);
    metadata().forEach(writer::metadata);
    weights()
        .forEach(
            (name, shape) -> {
              float[] values = new float[sizeOf(shape)];
              values[0] = name.equals("output.bias") ? Float.NaN : 1;
              writer.floats(name, shape, values);
            });
    writer.write(file);

    assertThat(problem(file)).contains("tensor 'output.bias' holds a NaN or infinite value");
  }

  private static Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("charlstm.format_version", "1");
    metadata.put("charlstm.config", CONFIG);
    metadata.put("charlstm.vocabulary", "[97,98,99,100]");
    metadata.put("charlstm.step", "7");
    return metadata;
  }

  private static Map<String, List<Integer>> weights() {
    Map<String, List<Integer>> weights = new LinkedHashMap<>();
    NetworkConfig.of(4, 3, 2, 1).parameters().forEach(p -> weights.put(p.name(), p.shape()));
    return weights;
  }

  private Path write(Map<String, String> metadata, Map<String, List<Integer>> tensors) {
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    metadata.forEach(
        (key, value) -> {
          if (value != null) {
            writer.metadata(key, value);
          }
        });
    tensors.forEach((name, shape) -> writer.floats(name, shape, new float[sizeOf(shape)]));
    writer.write(file);
    return file;
  }

  private static int sizeOf(List<Integer> shape) {
    return shape.stream().reduce(1, Math::multiplyExact);
  }

  private static String problem(Path file) {
    try (Backend backend = new ReferenceBackend()) {
      ModelFileException e =
          catchThrowableOfType(
              ModelFileException.class, () -> CharModel.load(file, backend).close());
      assertThat(e).isNotNull();
      assertThat(e.getMessage())
          .startsWith(file + ": ")
          .doesNotContain("\n")
          .hasSizeLessThan(file.toString().length() + 300);
      return e.getMessage();
    }
  }
}

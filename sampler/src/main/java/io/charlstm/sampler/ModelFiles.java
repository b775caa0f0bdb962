package io.charlstm.sampler;

import io.charlstm.data.Vocabulary;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterBlock;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.safetensors.ModelFileException;
import io.charlstm.runtime.safetensors.SafetensorsFile;
import io.charlstm.runtime.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Models as safetensors files: fp32 weights under PyTorch's names, configuration and vocabulary in
 * the metadata. A checkpoint is a model file with more tensors and more metadata. All problems of a
 * file are {@link ModelFileException}s of one line.
 */
public final class ModelFiles {
  /** Metadata key of the version of this layout. */
  public static final String FORMAT_VERSION_KEY = "charlstm.format_version";

  /** The version written, and the only one read. */
  public static final String FORMAT_VERSION = "1";

  /** Metadata key of the configuration: a flat JSON object. */
  public static final String CONFIG_KEY = "charlstm.config";

  /** Metadata key of the vocabulary: {@code "bytes"} or a JSON array of code points in id order. */
  public static final String VOCABULARY_KEY = "charlstm.vocabulary";

  /** Metadata key of the number of updates made. */
  public static final String STEP_KEY = "charlstm.step";

  private ModelFiles() {}

  /** As {@link #resolve(Path, Consumer)}, with warnings to the system logger. */
  public static Path resolve(Path runOrFile) {
    return resolve(runOrFile, ModelFiles::warn);
  }

  // The logger is looked up when there is something to say: finding the first one takes time.
  static void warn(String warning) {
    System.getLogger(ModelFiles.class.getName()).log(System.Logger.Level.WARNING, warning);
  }

  /**
   * The model file meant by a path: the path itself, or for a run folder its {@code
   * checkpoints/best.safetensors}, else {@code last.safetensors}, else the {@code
   * step-N.safetensors} of the highest N. Of these the first that is undamaged is taken.
   *
   * @param warnings gets one line for each damaged file that is passed over
   */
  public static Path resolve(Path runOrFile, Consumer<String> warnings) {
    return RunCheckpoints.resolve(runOrFile, warnings);
  }

  /** What a model file says of itself, with its tensors' names and shapes checked against it. */
  public static ModelSpec readSpec(Path file) {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      return readSpec(opened);
    }
  }

  /** As {@link #readSpec(Path)}, from an open file. */
  public static ModelSpec readSpec(SafetensorsFile opened) {
    Map<String, String> metadata = opened.metadata();
    requireVersion(opened.file(), metadata.get(FORMAT_VERSION_KEY));
    try {
      Vocabulary vocabulary =
          SpecJson.readVocabulary(required(opened.file(), metadata, VOCABULARY_KEY));
      Map<String, Object> config =
          SpecJson.readConfig(required(opened.file(), metadata, CONFIG_KEY));
      NetworkConfig network = NetworkKeys.read(config, vocabulary.size());
      WeightTensors.check(opened, network);
      long step = Long.parseLong(metadata.getOrDefault(STEP_KEY, "0"));
      return new ModelSpec(network, vocabulary, config, step);
    } catch (NumberFormatException e) {
      throw new ModelFileException(opened.file(), "its " + STEP_KEY + " is not a whole number");
    } catch (IllegalArgumentException e) {
      throw new ModelFileException(opened.file(), e.getMessage());
    }
  }

  private static void requireVersion(Path file, String version) {
    if (version == null) {
      throw new ModelFileException(
          file, "it is no charlstm model: its metadata lacks " + FORMAT_VERSION_KEY);
    }
    if (!version.equals(FORMAT_VERSION)) {
      throw new ModelFileException(
          file,
          "its format version is "
              + ModelFileException.quote(version)
              + "; this program reads version "
              + FORMAT_VERSION);
    }
  }

  private static String required(Path file, Map<String, String> metadata, String key) {
    String value = metadata.get(key);
    if (value == null) {
      throw new ModelFileException(file, "its metadata lacks " + key);
    }
    return value;
  }

  /** Copies a file's weights into a network, whose parameters must be those of the file. */
  public static void readWeights(Path file, Network network) {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      readWeights(opened, network);
    }
  }

  /** As {@link #readWeights(Path, Network)}, from an open file. */
  public static void readWeights(SafetensorsFile opened, Network network) {
    WeightTensors.check(opened, network.config());
    for (ParameterSpec parameter : network.parameters().specs()) {
      network.parameters().write(parameter.name(), opened.readFloats(parameter.name()));
    }
  }

  /**
   * A writer that holds a model's metadata and weights, ready to be written or added to. The
   * weights are fetched from the network, one tensor at a time, while the file is written.
   */
  public static SafetensorsWriter weightsWriter(Network network, ModelSpec spec) {
    return weightsWriter(network.parameters(), spec);
  }

  /**
   * As {@link #weightsWriter(Network, ModelSpec)}, with weights that a network has beside its own.
   */
  public static SafetensorsWriter weightsWriter(ParameterBlock weights, ModelSpec spec) {
    return writer(spec, weights.specs(), name -> () -> weights.read(name));
  }

  /**
   * Copies the model out of a model file or checkpoint: metadata and weights, nothing else. Each
   * tensor is read when it is written.
   *
   * @param target is replaced if it exists
   */
  public static void exportWeights(Path file, Path target) {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      ModelSpec spec = readSpec(opened);
      writer(spec, spec.network().parameters(), name -> () -> opened.readFloats(name))
          .write(target);
    }
  }

  private static SafetensorsWriter writer(
      ModelSpec spec, List<ParameterSpec> parameters, Function<String, Supplier<float[]>> weights) {
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .metadata("format", "pt")
            .metadata(FORMAT_VERSION_KEY, FORMAT_VERSION)
            .metadata(CONFIG_KEY, SpecJson.write(spec.config()))
            .metadata(VOCABULARY_KEY, SpecJson.write(spec.vocabulary()))
            .metadata(STEP_KEY, Long.toString(spec.step()));
    for (ParameterSpec parameter : parameters) {
      writer.floats(parameter.name(), parameter.shape(), weights.apply(parameter.name()));
    }
    return writer;
  }
}

package io.charlstm.trainer;

import io.charlstm.data.Vocabulary;
import io.charlstm.runtime.Initializer;
import io.charlstm.runtime.InitializerConfig;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.sampler.ModelFiles;
import io.charlstm.sampler.ModelSpec;
import io.charlstm.trainer.TrainingEvent.Warning;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Where the weights of a new run come from: random numbers, or a model to go on from. */
final class InitialModel {
  // What stands for "the initializer's own" scale.
  private static final double OWN = 0;
  private static final double NORMAL_DEVIATION = 0.08;

  private final Optional<Path> file;
  private final Optional<ModelSpec> spec;

  private InitialModel(Optional<Path> file) {
    this.file = file;
    spec = file.map(ModelFiles::readSpec);
  }

  /**
   * Reads the description of the model to start from, if there is one.
   *
   * @param model a model file or a run folder
   * @throws io.charlstm.runtime.safetensors.ModelFileException when it cannot be used
   */
  static InitialModel of(Optional<Path> model) {
    return new InitialModel(model.map(ModelFiles::resolve));
  }

  /** The model's vocabulary, which the run then has too. */
  Optional<Vocabulary> vocabulary() {
    return spec.map(ModelSpec::vocabulary);
  }

  /** The configuration with the model's shape, which the weights need. */
  RunConfig adopt(RunConfig config, TrainingListener listener) {
    if (spec.isEmpty()) {
      return config;
    }
    NetworkConfig network = spec.get().network();
    Map<String, Object> shape = new LinkedHashMap<>();
    shape.put("token_mode", spec.get().vocabulary().mode().word());
    shape.put("embedding_size", (long) network.embeddingSize());
    shape.put("hidden_size", (long) network.hiddenSize());
    shape.put("num_layers", (long) network.numLayers());
    shape.put("tied_embedding", network.tiedEmbedding());
    RunConfig adopted = config.withValues(shape);
    shape.forEach(
        (name, value) -> {
          if (!value.equals(config.get(name))) {
            listener.on(
                new Warning(
                    String.format(
                        Locale.ROOT,
                        "%s is %s as in %s, not %s",
                        name,
                        value,
                        file.orElseThrow(),
                        config.get(name))));
          }
        });
    return adopted;
  }

  /** Sets the weights of a new run. */
  void initialize(Network network, RunConfig config) {
    if (file.isPresent()) {
      ModelFiles.readWeights(file.get(), network);
    } else {
      Initializer.initialize(network, initializer(config), config.seed());
    }
  }

  static InitializerConfig initializer(RunConfig config) {
    InitializerConfig.Kind kind = InitializerConfig.Kind.parse(config.word("initializer"));
    return new InitializerConfig(
        kind,
        InitializerConfig.Fan.valueOf(config.word("init_fan").toUpperCase(Locale.ROOT)),
        scale(kind, config),
        config.decimal("forget_bias"),
        config.decimal("output_init"));
  }

  private static double scale(InitializerConfig.Kind kind, RunConfig config) {
    double magnitude = config.decimal("init_magnitude");
    double scale = config.decimal("init_scale");
    double own = scale == OWN ? 1 : scale;
    return switch (kind) {
      case XAVIER_UNIFORM -> magnitude > 0 ? Math.sqrt(magnitude / 3) : own;
      case XAVIER_NORMAL -> magnitude > 0 ? Math.sqrt(magnitude) : own;
      case NORMAL -> scale == OWN ? NORMAL_DEVIATION : scale;
      case UNIFORM -> own;
    };
  }
}

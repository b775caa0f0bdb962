package io.charlstm.cli;

import io.charlstm.trainer.Presets;
import io.charlstm.trainer.RunConfig;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * The options that make up a configuration: a preset, then a file, then flags and {@code --set},
 * the later one overriding. Flags are short for configuration keys and take the same values.
 */
final class ConfigOptions {
  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "Preset to start from: ${COMPLETION-CANDIDATES} (default: small).",
      completionCandidates = PresetNames.class)
  private String preset;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "TOML file of configuration keys; overrides the preset.")
  private Path file;

  @Option(
      names = "--device",
      paramLabel = "D",
      description = "auto (a GPU when one works, else the CPU), cpu, cuda, cuda:N or reference.")
  private String device;

  @Option(names = "--threads", paramLabel = "N", description = "Computing threads; 0 = all cores.")
  private String threads;

  @Option(
      names = "--precision",
      paramLabel = "P",
      completionCandidates = ComputeOptions.Precisions.class,
      description = "${COMPLETION-CANDIDATES}; tf32 and fp16 need a GPU; int8 only samples.")
  private String precision;

  @Option(
      names = "--rnn-algo",
      paramLabel = "A",
      completionCandidates = ComputeOptions.RnnAlgorithms.class,
      description = "Of a GPU, cuDNN's LSTM: ${COMPLETION-CANDIDATES}.")
  private String rnnAlgorithm;

  @Option(names = "--no-graph", description = "Of a GPU: replays nothing as CUDA graphs.")
  private boolean noGraph;

  @Option(names = "--steps", paramLabel = "N", description = "End after so many updates.")
  private String steps;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "End after so many passes over the training part.")
  private String epochs;

  @Option(names = "--seconds", paramLabel = "S", description = "End after so much time.")
  private String seconds;

  @Option(names = "--seed", paramLabel = "K", description = "Seed of every random number.")
  private String seed;

  @Option(
      names = "--split",
      paramLabel = "A,B,C",
      description = "Shares of train, validation and test, by position (default: 90,5,5).")
  private String split;

  @Option(
      names = "--token-mode",
      paramLabel = "MODE",
      description = "chars (Unicode code points) or bytes.")
  private String tokenMode;

  @Option(
      names = "--on-invalid",
      paramLabel = "POLICY",
      description = "Invalid UTF-8: error, replace or skip.")
  private String onInvalid;

  @Option(names = "--no-sample", description = "Writes no sample at evaluations.")
  private boolean noSample;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets any configuration key; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  /** Name of the preset in effect. */
  String presetName() {
    return preset == null ? Presets.DEFAULT : preset;
  }

  /** The configuration of a new run. */
  RunConfig resolve() {
    RunConfig config = Presets.load(presetName());
    if (file != null) {
      config = RunConfig.read(file, config);
    }
    return config.withOverrides(overrides());
  }

  /** Whether a base other than the default was asked for, which a resumed run cannot have. */
  boolean namesBase() {
    return preset != null || file != null;
  }

  /** Keys given as flags or by {@code --set}, with their values as typed. */
  Map<String, String> overrides() {
    Map<String, String> texts = new LinkedHashMap<>();
    put(texts, "device", device);
    put(texts, "threads", threads);
    put(texts, "precision", precision);
    put(texts, "rnn_algorithm", rnnAlgorithm);
    put(texts, "graph", noGraph ? "false" : null);
    put(texts, "steps", steps);
    put(texts, "epochs", epochs);
    put(texts, "seconds", seconds);
    put(texts, "seed", seed);
    put(texts, "split", split);
    put(texts, "token_mode", tokenMode);
    put(texts, "on_invalid", onInvalid);
    put(texts, "sample_length", noSample ? "0" : null);
    texts.putAll(settings);
    return texts;
  }

  private static void put(Map<String, String> texts, String key, String value) {
    if (value != null) {
      texts.put(key, value);
    }
  }

  /** For the help text and shell completion. */
  static final class PresetNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Presets.names().iterator();
    }
  }
}

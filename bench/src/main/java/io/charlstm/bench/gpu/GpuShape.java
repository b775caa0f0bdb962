package io.charlstm.bench.gpu;

import io.charlstm.trainer.Presets;
import io.charlstm.trainer.RunConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A network and its windows, and the least that a step of it has to do.
 *
 * @param name for the table
 * @param config sizes; V is {@code vocabulary}
 * @param vocabulary V
 */
record GpuShape(String name, RunConfig config, int vocabulary) {
  private static final List<String> PRESETS =
      List.of("mxnet-r-shakespeare", "mxnet-obama", "flux-shakespeare", "tf-warpeace");
  private static final int BYTES = 4;

  /** Adam reads and writes parameter and both moments, and reads the gradient. */
  private static final int ADAM_ACCESSES = 7;

  /** Values of a unit and time step that the backward pass needs: gates, c and h. */
  private static final int KEPT = 6;

  /** The presets with their own windows, then larger networks with more and more lanes. */
  static List<GpuShape> all() {
    List<GpuShape> shapes = new ArrayList<>();
    for (String preset : PRESETS) {
      RunConfig config = Presets.load(preset).withValues(Map.of("dropout", 0.0));
      shapes.add(new GpuShape(preset, config, Presets.typicalVocabulary(preset)));
    }
    shapes.add(withDropout("small"));
    shapes.add(withDropout("medium"));
    for (long batch : new long[] {32, 128, 512, 1024}) {
      shapes.add(large(1024, 3, batch));
    }
    for (long batch : new long[] {32, 256, 1024}) {
      shapes.add(large(2048, 2, batch));
    }
    return shapes;
  }

  /** A preset with its dropout between layers, which PyTorch has as well, and no other. */
  private static GpuShape withDropout(String preset) {
    RunConfig config = Presets.load(preset).withValues(Map.of("output_dropout", 0.0));
    return new GpuShape(preset + ", dropout", config, Presets.typicalVocabulary(preset));
  }

  private static GpuShape large(long hidden, long layers, long batch) {
    RunConfig config =
        RunConfig.defaults()
            .withValues(
                Map.of(
                    "hidden_size",
                    hidden,
                    "num_layers",
                    layers,
                    "embedding_size",
                    256L,
                    "seq_length",
                    128L,
                    "batch_size",
                    batch));
    return new GpuShape(hidden + "x" + layers, config, 128);
  }

  /** Name and batch size, as in {@code 1024x3 B32}. */
  String label() {
    return name + " B" + batch();
  }

  long batch() {
    return config.batchSize();
  }

  boolean hasDropout() {
    return (Double) config.get("dropout") > 0;
  }

  private long number(String key) {
    return (Long) config.get(key);
  }

  /** E, or V where the input is one-hot. */
  private long width() {
    long embedding = number("embedding_size");
    return embedding == 0 ? vocabulary : embedding;
  }

  /** Weights that take part in matrix products: of the LSTM and the projection. */
  private long weights() {
    long hidden = number("hidden_size");
    long lstm = 4 * hidden * (width() + hidden);
    lstm += (number("num_layers") - 1) * 4 * hidden * 2 * hidden;
    return lstm + hidden * vocabulary;
  }

  /** Operations of a training step: two for each weight and token forward, twice that backward. */
  double trainingOperations() {
    return 6.0 * weights() * config.seqLength() * batch();
  }

  /**
   * Bytes that a training step in fp32 moves at least: weights for both passes, the update, and the
   * activations written once and read once.
   */
  double trainingBytes() {
    double activations =
        (double) config.seqLength()
            * batch()
            * (number("num_layers") * KEPT * number("hidden_size") + 2.0 * vocabulary);
    return BYTES * (weights() * (2.0 + ADAM_ACCESSES) + 2 * activations);
  }

  /** Operations of a character of each stream. */
  double samplingOperations(int streams) {
    return 2.0 * weights() * streams;
  }

  /** Bytes that a character of each stream moves at least: every weight once. */
  double samplingBytes() {
    return (double) BYTES * weights();
  }

  /** The sizes as the peer's script takes them. */
  List<String> words() {
    return List.of(
        "--hidden", config.get("hidden_size").toString(),
        "--layers", config.get("num_layers").toString(),
        "--embedding", config.get("embedding_size").toString(),
        "--vocabulary", Integer.toString(vocabulary),
        "--batch", Long.toString(batch()),
        "--steps", Integer.toString(config.seqLength()),
        "--dropout", config.get("dropout").toString());
  }
}

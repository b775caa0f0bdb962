package io.charlstm.trainer;

import io.charlstm.runtime.reference.ReferenceBackend;
import io.charlstm.runtime.safetensors.SafetensorsFile;
import io.charlstm.trainer.TrainingEvent.End;
import io.charlstm.trainer.TrainingEvent.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** Runs of a tiny network on a tiny text, for tests; all sizes differ. */
final class TinyRun {
  static final Trainer.BackendFactory REFERENCE = options -> new ReferenceBackend();

  private final Path folder;
  private final Path corpus;
  private final Trainer.BackendFactory backends;
  final List<TrainingEvent> events = new ArrayList<>();

  TinyRun(Path folder) throws IOException {
    this(folder, REFERENCE);
  }

  TinyRun(Path folder, Trainer.BackendFactory backends) throws IOException {
    this.folder = folder;
    this.backends = backends;
    corpus = folder.resolve("corpus.txt");
    Files.writeString(corpus, text(900));
  }

  /** A text with structure to learn and some that cannot be. */
  static String text(int length) {
    StringBuilder text = new StringBuilder();
    long noise = 12345;
    while (text.length() < length) {
      noise = noise * 6364136223846793005L + 1442695040888963407L;
      text.append("the ").append((char) ('a' + (noise >>> 60) % 7)).append(" sat.\n");
    }
    return text.substring(0, length);
  }

  RunConfig config() {
    return RunConfig.defaults()
        .withValues(
            Map.of(
                "hidden_size", 7L,
                "embedding_size", 5L,
                "num_layers", 2L,
                "seq_length", 6L,
                "batch_size", 3L,
                "learning_rate", 0.02,
                "sample_length", 9L,
                "device", "reference",
                "valid_lanes", 2L));
  }

  Path run(String name) {
    return folder.resolve(name);
  }

  Path corpus() {
    return corpus;
  }

  TrainingRequest request(String name, RunConfig config) {
    return TrainingRequest.fresh(config, List.of(corpus.toString()), run(name));
  }

  End train(String name, RunConfig config) {
    return train(request(name, config));
  }

  End resume(String name, Map<String, String> overrides) {
    return train(TrainingRequest.resume(run(name), overrides));
  }

  End train(TrainingRequest request) {
    return train(request, HookedBackend.Spoiler.NONE, updates -> {});
  }

  /** Trains and asks to stop once a step is made. */
  End trainUntil(TrainingRequest request, long step) {
    return train(
        request,
        HookedBackend.Spoiler.NONE,
        updates -> {
          if (updates >= step) {
            request.stop().request();
          }
        });
  }

  End train(TrainingRequest request, HookedBackend.Spoiler before, LongConsumer after) {
    return Trainer.train(
        request,
        events::add,
        options -> new HookedBackend(backends.create(options), before, after));
  }

  List<Evaluation> evaluations() {
    return events.stream()
        .filter(Evaluation.class::isInstance)
        .map(Evaluation.class::cast)
        .toList();
  }

  /** A digest of every tensor of a checkpoint. */
  static Map<String, Integer> tensors(Path checkpoint) {
    Map<String, Integer> tensors = new TreeMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(checkpoint)) {
      for (String name : file.tensors().keySet()) {
        tensors.put(name, Arrays.hashCode(file.readFloats(name)));
      }
    }
    return tensors;
  }

  Map<String, Integer> last(String name) {
    return tensors(run(name).resolve("checkpoints/last.safetensors"));
  }
}

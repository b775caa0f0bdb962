package io.charlstm.trainer;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.safetensors.ModelFileException;
import io.charlstm.runtime.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a checkpoint says about itself.
 *
 * @param file where it is
 * @param state where the run was
 * @param updates updates that the optimizer made
 * @param corpusSha256 digest of the encoded corpus
 * @param backend name of the backend that computed
 * @param threads number of its threads
 * @param precision its arithmetic; empty in files of versions that knew one only
 */
record CheckpointInfo(
    Path file,
    TrainingState state,
    long updates,
    String corpusSha256,
    String backend,
    int threads,
    String precision) {
  static final String STATE = "charlstm.training";
  static final String UPDATES = "charlstm.optimizer_step";
  static final String CORPUS = "charlstm.corpus_sha256";
  static final String BACKEND = "charlstm.backend";
  static final String THREADS = "charlstm.threads";
  static final String PRECISION = "charlstm.precision";

  long step() {
    return state.step;
  }

  /** Whether this backend computes as the one that wrote the checkpoint did. */
  boolean isOf(Backend other) {
    return backend.equals(other.name())
        && threads == other.threads()
        && (precision.isEmpty() || precision.equals(other.precision()));
  }

  /**
   * Reads the header of a checkpoint.
   *
   * @throws ModelFileException when it is damaged or no checkpoint of a run
   */
  static CheckpointInfo read(Path file) {
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      Map<String, String> metadata = open.metadata();
      return new CheckpointInfo(
          file,
          TrainingState.fromJson(entry(metadata, STATE)),
          Long.parseLong(entry(metadata, UPDATES)),
          entry(metadata, CORPUS),
          entry(metadata, BACKEND),
          Integer.parseInt(entry(metadata, THREADS)),
          metadata.getOrDefault(PRECISION, ""));
    } catch (IllegalArgumentException e) {
      throw new ModelFileException(file, "is no checkpoint of a run: " + e.getMessage());
    }
  }

  private static String entry(Map<String, String> metadata, String name) {
    String value = metadata.get(name);
    if (value == null) {
      throw new IllegalArgumentException("it lacks " + name);
    }
    return value;
  }

  /** Compares every value with the checksums. */
  void verify() {
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      open.verify();
    }
  }
}

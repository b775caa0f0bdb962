package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.RnnAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The algorithms that trials found fastest, one small text file each. A folder that cannot be read
 * or written costs another trial only.
 */
final class RnnMemory {
  private static final int LONGEST = 100;

  private final Path folder;

  /** Keeps its files in {@code folder}, created with the first of them. */
  RnnMemory(Path folder) {
    this.folder = folder;
  }

  Optional<RnnAlgorithm> find(String key) {
    try {
      Path file = file(key);
      if (Files.size(file) > LONGEST) {
        return Optional.empty();
      }
      String name = Files.readString(file).strip();
      for (RnnAlgorithm algorithm : RnnAlgorithm.values()) {
        if (RnnAlgorithms.label(algorithm).equals(name)) {
          return Optional.of(algorithm);
        }
      }
    } catch (IOException e) {
      // As if there were none.
    }
    return Optional.empty();
  }

  void keep(String key, RnnAlgorithm algorithm) {
    try {
      Files.createDirectories(folder);
      Path unfinished = Files.createTempFile(folder, "trial", ".part");
      try {
        Files.writeString(
            unfinished, RnnAlgorithms.label(algorithm) + "\n", StandardCharsets.UTF_8);
        Files.move(unfinished, file(key), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      // The next process measures once more.
    }
  }

  private Path file(String key) {
    return folder.resolve(key + ".txt");
  }
}

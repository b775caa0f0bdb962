package io.charlstm.bindings.cuda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which file the system's loader took for a library that was opened by name. */
final class LoadedFiles {
  /** Linux lists the files mapped into this process here. */
  private static final Path MAPS = Path.of("/proc/self/maps");

  private LoadedFiles() {}

  /** The mapped file of a library's name; empty where the system does not tell. */
  static Optional<Path> find(String name) {
    try (Stream<String> lines = Files.lines(MAPS, StandardCharsets.UTF_8)) {
      return find(name, lines.toList());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * As {@link #find(String)}, from the lines of a map. The file is the library itself, or one with
   * a longer version number that its name is a link to.
   */
  static Optional<Path> find(String name, List<String> map) {
    int suffix = name.indexOf(".so");
    String stem = suffix < 0 ? name : name.substring(0, suffix + 3);
    return map.stream()
        .filter(line -> line.indexOf('/') >= 0)
        .map(line -> Path.of(line.substring(line.indexOf('/'))))
        .filter(file -> file.getFileName().toString().startsWith(stem))
        .findFirst();
  }
}

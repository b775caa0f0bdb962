package io.charlstm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where runs go that are not named. */
final class RunFolders {
  private static final Path HOME = Path.of("runs");
  private static final int LONGEST_NAME = 40;

  private RunFolders() {}

  /** {@code runs/<corpus>-<preset>}, with a number behind it when that is taken. */
  static Path fresh(List<String> corpus, String preset) {
    String name = stem(corpus.getFirst()) + "-" + preset;
    Path folder = HOME.resolve(name);
    for (int n = 2; Files.exists(folder); n++) {
      folder = HOME.resolve(name + "-" + n);
    }
    return folder;
  }

  /** The run under {@code runs/} that was written to last. */
  static Path newest() {
    try (Stream<Path> folders = Files.list(HOME)) {
      Optional<Path> newest =
          folders.filter(Files::isDirectory).max(Comparator.comparing(RunFolders::written));
      return newest.orElseThrow(RunFolders::nothingToResume);
    } catch (IOException absent) {
      throw nothingToResume();
    }
  }

  private static UsageException nothingToResume() {
    return new UsageException("there is no run under runs/; name one: --resume RUN");
  }

  private static FileTime written(Path folder) {
    try {
      return Files.getLastModifiedTime(folder);
    } catch (IOException vanished) {
      return FileTime.fromMillis(0);
    }
  }

  private static String stem(String corpus) {
    String name = corpus.replaceFirst("[/\\\\]+$", "").replaceFirst("^.*[/\\\\]", "");
    name = name.replaceFirst("(?<=.)\\.[A-Za-z0-9]{1,5}$", "").replaceAll("[^\\w.+-]", "-");
    name = name.substring(0, Math.min(name.length(), LONGEST_NAME)).replaceFirst("^[-.]+", "");
    return name.isEmpty() ? "text" : name;
  }
}

package io.charlstm.sampler;

import io.charlstm.runtime.safetensors.ModelFileException;
import io.charlstm.runtime.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Finds the checkpoint of a run folder to use. */
final class RunCheckpoints {
  private static final String FOLDER = "checkpoints";
  private static final String SUFFIX = ".safetensors";
  private static final String STEP = "step-";

  private RunCheckpoints() {}

  static Path resolve(Path runOrFile, Consumer<String> warnings) {
    return Files.isDirectory(runOrFile)
        ? firstGood(runOrFile, RunCheckpoints::verified, warnings)
        : existing(runOrFile);
  }

  /**
   * What {@code reader} makes of a model file, or of the first checkpoint of a run folder that it
   * does not refuse. So a checkpoint is not read twice, and only what is read of it must be good.
   *
   * @param reader throws a {@link ModelFileException} for a damaged file
   * @param warnings gets one line for each damaged checkpoint that is passed over
   */
  static <T> T read(Path runOrFile, Function<Path, T> reader, Consumer<String> warnings) {
    return Files.isDirectory(runOrFile)
        ? firstGood(runOrFile, reader, warnings)
        : reader.apply(existing(runOrFile));
  }

  private static Path existing(Path file) {
    if (!Files.exists(file)) {
      throw new ModelFileException(file, "no such model file or run folder");
    }
    return file;
  }

  /** The file itself, of which all values match their checksums. */
  private static Path verified(Path file) {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      opened.verify();
      ModelFiles.readSpec(opened);
      return file;
    }
  }

  private static <T> T firstGood(Path run, Function<Path, T> reader, Consumer<String> warnings) {
    List<Path> candidates = candidates(run);
    if (candidates.isEmpty()) {
      throw new ModelFileException(
          run, "the folder is no run, or has no checkpoint yet: no " + FOLDER + "/*" + SUFFIX);
    }
    List<ModelFileException> problems = new ArrayList<>();
    for (Path candidate : candidates) {
      try {
        T result = reader.apply(candidate);
        problems.forEach(p -> warnings.accept(p.getMessage() + "; using " + candidate));
        return result;
      } catch (ModelFileException e) {
        problems.add(e);
      }
    }
    ModelFileException first = problems.removeFirst();
    problems.forEach(first::addSuppressed);
    throw first;
  }

  /** Existing checkpoints, the one to prefer first. */
  private static List<Path> candidates(Path run) {
    Path folder = run.resolve(FOLDER);
    List<Path> candidates = new ArrayList<>();
    for (String name : List.of("best", "last")) {
      Path file = folder.resolve(name + SUFFIX);
      if (Files.exists(file)) {
        candidates.add(file);
      }
    }
    if (Files.isDirectory(folder)) {
      candidates.addAll(numbered(folder));
    }
    return candidates;
  }

  private static List<Path> numbered(Path folder) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(folder, entry -> stepOf(entry) >= 0)) {
      entries.forEach(files::add);
    } catch (IOException e) {
      throw new ModelFileException(folder, "the folder cannot be listed: " + e.getMessage());
    }
    files.sort(Comparator.comparingLong(RunCheckpoints::stepOf).reversed());
    return files;
  }

  /** The N of {@code step-N.safetensors}, or -1 for another name. */
  private static long stepOf(Path file) {
    String name = file.getFileName().toString();
    if (!name.startsWith(STEP) || !name.endsWith(SUFFIX)) {
      return -1;
    }
    String digits = name.substring(STEP.length(), name.length() - SUFFIX.length());
    return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : -1;
  }
}

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

/** Finds the checkpoint of a run folder to use. */
final class RunCheckpoints {
  private static final String FOLDER = "checkpoints";
  private static final String SUFFIX = ".safetensors";
  private static final String STEP = "step-";

  private RunCheckpoints() {}

  static Path resolve(Path runOrFile, Consumer<String> warnings) {
    if (!Files.isDirectory(runOrFile)) {
      if (!Files.exists(runOrFile)) {
        throw new ModelFileException(runOrFile, "no such model file or run folder");
      }
      return runOrFile;
    }
    List<Path> candidates = candidates(runOrFile);
    if (candidates.isEmpty()) {
      throw new ModelFileException(
          runOrFile,
          "the folder is no run, or has no checkpoint yet: no " + FOLDER + "/*" + SUFFIX);
    }
    return firstUndamaged(candidates, warnings);
  }

  private static Path firstUndamaged(List<Path> candidates, Consumer<String> warnings) {
    List<ModelFileException> problems = new ArrayList<>();
    for (Path candidate : candidates) {
      try (SafetensorsFile opened = SafetensorsFile.open(candidate)) {
        opened.verify();
        ModelFiles.readSpec(opened);
        problems.forEach(p -> warnings.accept(p.getMessage() + "; using " + candidate));
        return candidate;
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

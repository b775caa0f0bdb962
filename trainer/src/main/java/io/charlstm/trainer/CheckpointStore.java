package io.charlstm.trainer;

import io.charlstm.runtime.safetensors.ModelFileException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The checkpoints of a run: the newest few as {@code step-N.safetensors}, and {@code
 * best.safetensors}, {@code last.safetensors} and where asked for {@code epoch-N.safetensors},
 * which are second names (hard links) of one of them. A file comes into being whole under its own
 * name first; then best, then last are turned to it; then old ones go. So at every instant the
 * newest whole file, found by {@link #newest}, is a place to go on from.
 */
final class CheckpointStore {
  private static final int KEPT = 3;
  private static final String SUFFIX = ".safetensors";
  private static final Pattern STEP_FILE = Pattern.compile("step-(\\d{1,18})\\.safetensors");

  private final Path folder;

  CheckpointStore(Path folder) {
    this.folder = folder;
  }

  Path best() {
    return folder.resolve("best" + SUFFIX);
  }

  Path last() {
    return folder.resolve("last" + SUFFIX);
  }

  Path step(long step) {
    return folder.resolve("step-" + step + SUFFIX);
  }

  /** Saves a checkpoint and returns its path. */
  Path save(long step, boolean isBest, Consumer<Path> writer) {
    Path file = step(step);
    writer.accept(file);
    try {
      if (isBest) {
        DurableFiles.alias(file, best());
      }
      DurableFiles.alias(file, last());
      deleteOld(step);
    } catch (IOException e) {
      throw new RunFolderException("checkpoint " + file + " cannot be kept: " + e, e);
    }
    return file;
  }

  /** Keeps the checkpoint of a step as that of an epoch, and returns its path. */
  Path keepEpoch(long step, long epoch) {
    Path kept = folder.resolve("epoch-" + epoch + SUFFIX);
    try {
      DurableFiles.alias(step(step), kept);
    } catch (IOException e) {
      throw new RunFolderException(kept + " cannot be written: " + e, e);
    }
    return kept;
  }

  /** Turns {@code best.safetensors} to the checkpoint of a step. */
  void markBest(long step) {
    try {
      DurableFiles.alias(step(step), best());
    } catch (IOException e) {
      throw new RunFolderException(best() + " cannot be written: " + e, e);
    }
  }

  private void deleteOld(long newest) throws IOException {
    List<Long> steps = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "step-*" + SUFFIX)) {
      for (Path file : files) {
        Matcher name = STEP_FILE.matcher(file.getFileName().toString());
        if (name.matches()) {
          steps.add(Long.valueOf(name.group(1)));
        }
      }
    }
    // Steps beyond the newest are of a course that was left when an older one was resumed.
    steps.sort(Comparator.comparing((Long s) -> s <= newest).thenComparing(s -> s));
    for (long old : steps.subList(0, Math.max(0, steps.size() - KEPT))) {
      Files.deleteIfExists(step(old));
    }
  }

  /**
   * The newest checkpoint that is whole, checksums included; nothing when there is none at all.
   *
   * @param damaged is told of each newer one that is not
   * @throws RunFolderException when there are checkpoints but none is whole
   */
  Optional<CheckpointInfo> newest(Consumer<String> damaged) {
    List<CheckpointInfo> found = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (Path file : files()) {
      try {
        found.add(CheckpointInfo.read(file));
      } catch (ModelFileException e) {
        problems.add(e.getMessage());
      }
    }
    found.sort(Comparator.comparingLong(CheckpointInfo::step).reversed());
    for (CheckpointInfo info : found) {
      try {
        info.verify();
        problems.forEach(damaged);
        return Optional.of(info);
      } catch (ModelFileException e) {
        problems.add(e.getMessage());
      }
    }
    if (problems.isEmpty()) {
      return Optional.empty();
    }
    throw new RunFolderException("no checkpoint can be used: " + String.join("; ", problems));
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "[!.]*" + SUFFIX)) {
      all.forEach(files::add);
    } catch (IOException e) {
      throw new RunFolderException(folder + " cannot be read: " + e, e);
    }
    files.sort(Comparator.naturalOrder());
    return files;
  }

  /**
   * Makes {@code best.safetensors} what the state of a resumed run says it is: after a crash
   * between the saving of a checkpoint and its marking it is one behind.
   *
   * @return whether the best checkpoint is there
   */
  boolean repairBest(CheckpointInfo resumed) {
    long bestStep = resumed.state().bestStep;
    if (bestStep == 0) {
      return true;
    }
    if (stepOf(best()) == bestStep) {
      return true;
    }
    for (Path file : files()) {
      if (stepOf(file) == bestStep) {
        try {
          DurableFiles.alias(file, best());
          return true;
        } catch (IOException e) {
          throw new RunFolderException(best() + " cannot be written: " + e, e);
        }
      }
    }
    return false;
  }

  private static long stepOf(Path file) {
    if (!Files.exists(file)) {
      return -1;
    }
    try {
      CheckpointInfo info = CheckpointInfo.read(file);
      info.verify();
      return info.step();
    } catch (ModelFileException _) {
      return -1;
    }
  }
}

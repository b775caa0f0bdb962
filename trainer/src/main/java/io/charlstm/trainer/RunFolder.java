package io.charlstm.trainer;

import io.charlstm.runtime.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;

/**
 * The folder of a run, held by one trainer at a time: {@code config.toml}, {@code metrics.jsonl},
 * {@code log.txt} and {@code checkpoints/}. Whatever moment it is killed at, it can be resumed.
 */
public final class RunFolder implements AutoCloseable {
  static final String CONFIG = "config.toml";
  static final String METRICS = "metrics.jsonl";
  static final String LOG = "log.txt";
  static final String CHECKPOINTS = "checkpoints";

  private final Path path;
  private final RunConfig config;
  private final List<String> corpus;
  private final Optional<Path> initFrom;
  private final RunLock lock;

  private RunFolder(
      Path path, RunConfig config, List<String> corpus, Optional<Path> initFrom, RunLock lock) {
    this.path = path;
    this.config = config;
    this.corpus = corpus;
    this.initFrom = initFrom;
    this.lock = lock;
  }

  /**
   * Checks that a new run may be written to a path; creates nothing.
   *
   * @throws RunExistsException when a run is there
   * @throws RunFolderException when something else is in the way
   */
  public static void requireFree(Path path) {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new RunFolderException(path + " is a file; name another --run folder");
    }
    for (String name : List.of(CONFIG, METRICS, LOG)) {
      if (Files.exists(path.resolve(name))) {
        throw new RunExistsException(path);
      }
    }
    if (!isAbsentOrEmpty(path.resolve(CHECKPOINTS))) {
      throw new RunExistsException(path);
    }
  }

  /** A run that was killed before its configuration was written leaves an empty folder. */
  private static boolean isAbsentOrEmpty(Path folder) {
    if (!Files.exists(folder)) {
      return true;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new RunFolderException(folder + " cannot be read: " + e, e);
    }
  }

  /**
   * Creates the folder of a new run and locks it.
   *
   * @param corpus the corpus as named on the command line
   * @param initFrom model whose weights the run starts from
   */
  static RunFolder create(
      Path path, RunConfig config, List<String> corpus, Optional<Path> initFrom) {
    requireFree(path);
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new RunFolderException("run folder " + path + " cannot be created: " + e, e);
    }
    RunLock lock = RunLock.acquire(path);
    try {
      requireFree(path);
      RunFolder folder =
          new RunFolder(
              path,
              config,
              corpus.stream().map(RunFolder::absolute).toList(),
              initFrom.map(Path::toAbsolutePath),
              lock);
      // The configuration comes last: a folder without it holds no run.
      Files.createDirectories(folder.checkpoints());
      folder.writeConfig();
      return folder;
    } catch (IOException e) {
      lock.close();
      throw new RunFolderException("run folder " + path + " cannot be written: " + e, e);
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Opens the folder of a run to go on with it, and locks it.
   *
   * @param overrides keys given anew
   * @throws RunFolderException when there is no run
   * @throws ConfigException when a key may not change while a run goes on
   */
  static RunFolder open(Path path, Map<String, String> overrides) {
    requireRun(path);
    RunLock lock = RunLock.acquire(path);
    try {
      TomlParseResult document = RunConfigToml.document(path.resolve(CONFIG));
      RunConfig stored = readConfig(path);
      RunConfig config = changed(stored, overrides);
      RunFolder folder =
          new RunFolder(path, config, corpusOf(document), initFromOf(document), lock);
      SafetensorsWriter.deleteAbandoned(folder.checkpoints());
      if (!config.equals(stored)) {
        folder.writeConfig();
      }
      return folder;
    } catch (IOException e) {
      lock.close();
      throw new RunFolderException("run folder " + path + " cannot be written: " + e, e);
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /** The configuration of the run in a folder. */
  public static RunConfig readConfig(Path path) {
    requireRun(path);
    return RunConfig.read(path.resolve(CONFIG), RunConfig.defaults());
  }

  private static void requireRun(Path path) {
    if (!Files.isRegularFile(path.resolve(CONFIG))
        || !Files.isDirectory(path.resolve(CHECKPOINTS))) {
      throw new RunFolderException(path + " holds no run: it has no " + CONFIG);
    }
  }

  private static RunConfig changed(RunConfig stored, Map<String, String> overrides) {
    RunConfig changed = stored.withOverrides(overrides);
    for (ConfigKey key : RunConfig.keys()) {
      Object before = stored.get(key.name());
      Object after = changed.get(key.name());
      if (!key.resumable() && !before.equals(after)) {
        throw new ConfigException(
            String.format(
                    Locale.ROOT,
                    "%s cannot change from %s to %s in a run that goes on; start a new run, with --init-from",
                    key.name(),
                    before,
                    after)
                + " to keep the weights");
      }
    }
    return changed;
  }

  private static List<String> corpusOf(TomlParseResult document) {
    List<String> words = new ArrayList<>();
    TomlArray array = document.getArray(RunConfigToml.RUN_TABLE + ".corpus");
    for (int i = 0; array != null && i < array.size(); i++) {
      words.add(array.getString(i));
    }
    return words;
  }

  private static Optional<Path> initFromOf(TomlParseResult document) {
    return Optional.ofNullable(document.getString(RunConfigToml.RUN_TABLE + ".init_from"))
        .map(Path::of);
  }

  private void writeConfig() throws IOException {
    StringBuilder text = new StringBuilder(config.toToml());
    text.append("\n[").append(RunConfigToml.RUN_TABLE).append("]\ncorpus = [");
    text.append(String.join(", ", corpus.stream().map(RunConfigToml::quote).toList()));
    text.append("]\n");
    initFrom.ifPresent(
        model ->
            text.append("init_from = ").append(RunConfigToml.quote(model.toString())).append('\n'));
    DurableFiles.write(path.resolve(CONFIG), text.toString());
  }

  /** A run may be resumed from another folder, so paths are made absolute; names stay. */
  private static String absolute(String word) {
    if (word.equals("-") || !Files.exists(Path.of(word))) {
      return word;
    }
    return Path.of(word).toAbsolutePath().toString();
  }

  public Path path() {
    return path;
  }

  RunConfig config() {
    return config;
  }

  List<String> corpus() {
    return corpus;
  }

  Optional<Path> initFrom() {
    return initFrom;
  }

  Path checkpoints() {
    return path.resolve(CHECKPOINTS);
  }

  @Override
  public void close() {
    lock.close();
  }
}
